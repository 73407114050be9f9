//! Clouds, object stores, infrastructure as code, git.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "terraform",
        "terraform tofu terragrunt terramate tf",
        "destroy|apply|taint|force-unlock; state rm|mv|push|replace-provider; workspace \
         delete; run-all destroy|apply",
    )
    .is(
        "changes or destroys infrastructure",
        &[
            "terraform destroy",
            "terraform -chdir=x apply -auto-approve",
            "terraform state rm module.x",
            "terragrunt run-all destroy",
        ],
        &["terraform plan -destroy", "terraform state list", "terraform init", "terraform apply -help"],
    ),
    row("pulumi", "pulumi cdk sam serverless sls", "destroy|cancel|delete|remove; stack rm; state delete")
        .is(
            "destroys infrastructure",
            &["pulumi destroy", "cdk destroy x", "sls remove"],
            &["pulumi preview", "cdk diff"],
        ),
    row("aws-s3-remove", "aws awslocal", "s3 rm|rb").unless("--dryrun").is(
        "deletes objects or a bucket",
        &["aws s3 rm --recursive s3://x/y", "aws --profile p s3 rb s3://x --force"],
        &["aws s3 ls", "aws s3 cp a s3://x/", "aws s3 rm --dryrun s3://x"],
    ),
    row("aws-s3-sync-delete", "aws awslocal", "s3 sync").any("--delete").unless("--dryrun").is(
        "deletes objects the other side does not have",
        &["aws s3 sync . s3://x --delete"],
        &["aws s3 sync . s3://x"],
    ),
    row(
        "aws-delete",
        "aws awslocal",
        "** delete-*|terminate-*|deregister-*|purge-*|release-*|revoke-*|remove-*|detach-*|\
         disassociate-*|disable-*|stop-*|reboot-*|failover-*|schedule-key-deletion|\
         batch-delete-*|abort-*|reset-*|deactivate-*",
    )
    .unless("--dry-run --generate-cli-skeleton")
    .is(
        "deletes, stops or detaches something in AWS",
        &[
            "aws ec2 terminate-instances --instance-ids i-1",
            "aws --region eu-west-1 rds delete-db-instance --db-instance-identifier x",
            "aws iam delete-access-key --access-key-id A",
            "aws ec2 stop-instances --instance-ids i-1",
        ],
        &[
            "aws ec2 describe-instances",
            "aws kms cancel-key-deletion --key-id x",
            "aws logs tail delete-me",
            "aws ec2 terminate-instances --dry-run --instance-ids i-1",
        ],
    ),
    row("aws-promote", "aws awslocal", "** promote-read-replica|promote-read-replica-db-cluster").is(
        "parts a replica from its source for good",
        &["aws rds promote-read-replica --db-instance-identifier x"],
        &["aws rds create-db-instance-read-replica --db-instance-identifier x"],
    ),
    row("aws-scale-zero", "aws awslocal", "** set-desired-capacity|update-auto-scaling-group|update-service")
        .any("--desired-capacity=0 --desired-count=0 --max-size=0")
        .is(
            "stops every instance of a group",
            &["aws ecs update-service --service x --desired-count 0"],
            &["aws ecs update-service --service x --desired-count 3"],
        ),
    row("aws-key-inactive", "aws", "iam update-access-key|update-login-profile").any("--status=Inactive").is(
        "disables a key",
        &["aws iam update-access-key --access-key-id A --status Inactive"],
        &["aws iam update-access-key --access-key-id A --status Active"],
    ),
    row(
        "gcloud",
        "gcloud",
        "** delete|reset|stop|suspend|failover|abandon-instances|delete-instances|\
         restore-backup|destroy|disable|purge|remove-iam-policy-binding|remove-backend|\
         detach-disk|remove|rm|drain|promote-replica|delete-access-config",
    )
    .is(
        "deletes, stops or resets something in Google Cloud",
        &[
            "gcloud compute instances delete x --zone=y",
            "gcloud sql instances failover x",
            "gcloud --project p compute instances reset x",
        ],
        &["gcloud compute instances list", "gcloud compute ssh delete", "gcloud config set project delete"],
    ),
    row("gcloud-resize-zero", "gcloud", "** resize").any("--size=0 --num-nodes=0").is(
        "stops every instance of a group",
        &["gcloud container clusters resize x --num-nodes=0"],
        &["gcloud container clusters resize x --num-nodes=3"],
    ),
    row("gsutil", "gsutil", "rm|rb").is(
        "deletes objects or a bucket",
        &["gsutil -m rm -r gs://x"],
        &["gsutil ls", "gsutil cp a gs://x"],
    ),
    row("gsutil-rsync", "gsutil", "rsync").any("-d").unless("-n").is(
        "deletes objects the other side does not have",
        &["gsutil -m rsync -d -r a gs://x"],
        &["gsutil rsync -r a gs://x"],
    ),
    row("bq-remove", "bq", "rm").is("deletes tables", &["bq rm -f x.y"], &["bq ls"]),
    row(
        "az",
        "az",
        "** delete|purge|deallocate|stop|failover|revoke|detach|remove|delete-batch|disable|\
         power-off",
    )
    .is(
        "deletes or stops something in Azure",
        &["az vm delete -n x -g y", "az group delete --name x", "az vm deallocate --ids z"],
        &["az vm list", "az vm start -n x", "az vm show -n delete -g y"],
    ),
    row("s3-tools", "s3cmd s5cmd mc", "del|rm|rb|delete|undo|expire").unless("-n --dry-run").is(
        "deletes objects or a bucket",
        &["s3cmd del s3://x/y", "mc rm --recursive x/y"],
        &["s3cmd ls", "mc ls x"],
    ),
    row("s3cmd-sync", "s3cmd", "sync").any("--delete-removed").is(
        "deletes objects the other side does not have",
        &["s3cmd sync --delete-removed a s3://x"],
        &["s3cmd sync a s3://x"],
    ),
    row("rclone", "rclone", "delete|purge|deletefile|sync|rmdir|rmdirs|cleanup|move|bisync|dedupe")
        .unless("-n")
        .is(
            "deletes files the other side does not have",
            &["rclone sync a r:b", "rclone purge r:b"],
            &["rclone ls r:b", "rclone copy a r:b", "rclone sync --dry-run a r:b"],
        ),
    row("azcopy", "azcopy", "remove|rm").is(
        "deletes objects",
        &["azcopy rm https://x"],
        &["azcopy copy a b"],
    ),
    row("azcopy-sync", "azcopy", "sync").any("--delete-destination=true").is(
        "deletes objects the other side does not have",
        &["azcopy sync a b --delete-destination=true"],
        &["azcopy sync a b"],
    ),
    row(
        "other-clouds",
        "doctl openstack nova cinder neutron oci ibmcloud linode-cli hcloud scw aliyun \
         vultr-cli exo flarectl yc",
        "** delete|destroy|rm|terminate|remove|shutdown|poweroff|power-off|reset|stop|unset|\
         rebuild",
    )
    .is(
        "deletes or stops something in the cloud",
        &["doctl compute droplet delete x", "openstack server delete x", "hcloud server poweroff x"],
        &["doctl compute droplet list", "openstack server show x"],
    ),
    row(
        "heroku",
        "heroku",
        "apps:destroy|pg:reset|addons:destroy|pg:killall|ps:stop|ps:kill|domains:remove|\
         pg:copy|rollback|releases:rollback|destroy",
    )
    .is(
        "destroys, resets or stops an application",
        &["heroku apps:destroy x", "heroku pg:reset -a y"],
        &["heroku logs -t", "heroku ps"],
    ),
    row(
        "fly",
        "fly flyctl",
        "destroy; apps|machine|machines|volumes|postgres|pg|secrets destroy|stop|delete|\
         failover|detach|unset|kill",
    )
    .is(
        "destroys or stops an application",
        &["fly apps destroy x", "flyctl machine stop y"],
        &["fly status", "fly scale count 3"],
    ),
    row("cf", "cf", "delete|delete-*|stop|unbind-service|purge-service-instance|purge-service-offering").is(
        "deletes or stops an application",
        &["cf delete x", "cf delete-service db -f"],
        &["cf apps", "cf env x"],
    ),
    row(
        "bosh",
        "bosh",
        "recreate|stop|delete-deployment|delete-vm|delete-disk|delete-env|delete-release|\
         delete-snapshot|delete-snapshots|delete-stemcell|delete-config|orphan-disk|clean-up",
    )
    .trigger("bosh")
    .is(
        "makes machines anew, or deletes them",
        &["bosh -e x -d y recreate web/0", "bosh -d y delete-deployment", "bosh clean-up --all"],
        &["bosh -d y vms", "bosh deployments", "bosh -d y restart web/0"],
    ),
    row("vagrant", "vagrant", "destroy|halt|suspend; snapshot restore|delete").is(
        "stops or destroys a machine",
        &["vagrant destroy -f"],
        &["vagrant status"],
    ),
    row("git-push-force", "git", "push")
        .any("-f --force --force-with-lease --delete -d --mirror --prune")
        .unless("-n")
        .is(
            "rewrites or deletes what others have",
            &["git push --force", "git push -f origin main", "git push origin --delete x"],
            &["git push", "git push origin main", "git -C delete pull"],
        ),
    row("git-push-refspec", "git", "push").arg("+?* :?*").unless("-n").is(
        "rewrites or deletes what others have",
        &["git push origin +main", "git push origin :old"],
        &["git push origin main", "git push origin a:b"],
    ),
    row("git-reset", "git", "reset").any("--hard --merge").is(
        "throws local changes away",
        &["git reset --hard origin/main"],
        &["git reset HEAD x"],
    ),
    row("git-clean", "git", "clean").any("-f --force -x -X -d").unless("-n").is(
        "deletes files git does not know",
        &["git clean -fdx"],
        &["git clean -n", "git clean -ndx"],
    ),
    row("git-branch-delete", "git", "branch").any("-D --delete -d").is(
        "deletes a branch",
        &["git branch -D x"],
        &["git branch -a"],
    ),
    row(
        "git-discard",
        "git",
        "stash drop|clear; reflog expire|delete; worktree remove; filter-branch|filter-repo; \
         update-ref",
    )
    .is(
        "deletes what git keeps",
        &["git stash drop", "git stash clear", "git filter-branch x"],
        &["git stash", "git checkout main"],
    ),
    row("git-checkout-force", "git", "checkout|switch").any("-f --force --discard-changes").is(
        "throws local changes away",
        &["git checkout -f main"],
        &["git checkout -b x"],
    ),
    row("git-restore", "git", "restore").unless("--staged -S").is(
        "throws local changes away",
        &["git restore ."],
        &["git restore --staged x"],
    ),
    row("git-tag-delete", "git", "tag|update-ref").any("-d --delete").is(
        "deletes a tag",
        &["git tag -d v1"],
        &["git tag v1"],
    ),
    row("gh-api-delete", "gh glab", "api").any("-X=DELETE --method=DELETE").is(
        "deletes something on the forge",
        &["gh api -X DELETE repos/x/y"],
        &["gh api repos/x/y"],
    ),
    row("forge-delete", "gh glab hub", "** delete|archive|revert").is(
        "deletes something on the forge",
        &["gh repo delete x", "gh release delete v1"],
        &["gh repo view x", "gh pr list"],
    ),
    row("airflow", "airflow", "db|dags|tasks|pools|connections|variables reset|delete|clear|clean|downgrade")
        .is(
            "deletes or resets what Airflow keeps",
            &["airflow db reset", "airflow tasks clear x"],
            &["airflow dags list"],
        ),
    row("packages-published", "npm gem cargo yarn", "unpublish|yank|owner|deprecate").is(
        "takes a published package back",
        &["npm unpublish x", "gem yank x -v 1"],
        &["npm install x", "cargo build"],
    ),
    row("dns-delete", "cli53 dnscontrol", "rrdelete|rrpurge|delete|push").is(
        "deletes DNS records",
        &["cli53 rrdelete x.org a A"],
        &["cli53 list"],
    ),
];
