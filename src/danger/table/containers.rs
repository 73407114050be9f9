//! Containers and Kubernetes.

use super::{Row, row};

const KUBECTL: &str = "kubectl k oc microk8s.kubectl";

pub(super) const ROWS: &[Row] = &[
    row("kubectl-delete", KUBECTL, "delete").is(
        "deletes Kubernetes objects",
        &[
            "kubectl delete pod x",
            "oc -n prod delete pod <name>",
            "kubectl get pods -o name | xargs kubectl delete",
            "$KUBECTL delete ns x",
        ],
        &[
            "kubectl get pods",
            "kubectl delete pod x --dry-run=client",
            "kubectl get events -n delete",
            "kubectl auth can-i delete pods",
        ],
    ),
    row("kubectl-drain", KUBECTL, "drain").is(
        "evicts everything from a node",
        &["kubectl drain node1 --ignore-daemonsets"],
        &["kubectl drain node1 --dry-run=server", "kubectl uncordon node1", "kubectl cordon node1"],
    ),
    row("oc-adm", "oc", "adm drain|prune|evacuate").unless("--confirm=false").is(
        "evicts or prunes",
        &["oc adm drain node1", "oc adm prune images --confirm"],
        &["oc adm top nodes", "oc adm must-gather", "oc adm uncordon node1"],
    ),
    row("oc-policy", "oc", "adm policy remove-*").is(
        "takes rights away",
        &["oc adm policy remove-scc-from-user privileged -z x"],
        &["oc adm policy add-scc-to-user privileged -z x", "oc adm policy who-can get pods"],
    ),
    row("odf", "odf", "** delete|purge-osd|purge").is(
        "deletes storage",
        &["odf subvolume delete fs a b", "odf purge-osd 3"],
        &["odf subvolume ls", "odf get health"],
    ),
    row("kubectl-scale-zero", KUBECTL, "scale").any("--replicas=0").is(
        "stops every pod of a workload",
        &["kubectl scale deploy/x --replicas=0", "oc scale --replicas 0 sts/x -n y"],
        &["kubectl scale deploy/x --replicas=3", "kubectl scale deploy/x --replicas=10"],
    ),
    row("kubectl-replace-force", KUBECTL, "replace").any("--force").is(
        "deletes and creates Kubernetes objects anew",
        &["kubectl replace --force -f x.yaml"],
        &["kubectl replace -f x.yaml"],
    ),
    row("kubectl-apply-prune", KUBECTL, "apply")
        .any("--prune --force")
        .unless("--prune=false --force=false")
        .is(
            "deletes Kubernetes objects",
            &["kubectl apply --prune -l app=x -f ."],
            &["kubectl apply -f x.yaml"],
        ),
    row("kubectl-undo", KUBECTL, "rollout undo").is(
        "rolls a workload back",
        &["kubectl rollout undo deploy/x"],
        &[
            "kubectl rollout restart deploy/x",
            "kubectl rollout status deploy/x",
            "kubectl rollout history deploy/x",
        ],
    ),
    row("oc-rollback", "oc", "rollback").is(
        "rolls a workload back",
        &["oc rollback dc/x"],
        &["oc rollout latest dc/x"],
    ),
    row("kubectl-finalizers", KUBECTL, "patch")
        .any("-p=*finalizers* --patch=*finalizers*")
        .trigger("finalizers")
        .is(
            "removes finalizers, which lets an object go without its clean-up",
            &[
                "kubectl patch pv x -p '{\"metadata\":{\"finalizers\":null}}'",
                "oc patch ns x --type merge --patch='{\"metadata\":{\"finalizers\":[]}}'",
            ],
            &[
                "kubectl patch deploy x -p '{\"spec\":{}}'",
                "kubectl get pv -o jsonpath='{.metadata.finalizers}'",
            ],
        ),
    row("kubectl-taint-evict", KUBECTL, "taint").arg("*:NoExecute").is(
        "evicts everything that does not tolerate a taint",
        &["kubectl taint nodes n1 k=v:NoExecute"],
        &["kubectl taint nodes n1 k=v:NoSchedule", "kubectl taint nodes n1 k=v:NoExecute-"],
    ),
    row("helm", "helm", "uninstall|delete|del|un|rollback").is(
        "removes a release or rolls it back",
        &["helm uninstall x", "helm -n y rollback x 3", "helm delete --purge x"],
        &["helm list", "helm upgrade x .", "helm uninstall x --dry-run"],
    ),
    row("helmfile", "helmfile", "destroy|delete").is(
        "removes releases",
        &["helmfile destroy"],
        &["helmfile diff"],
    ),
    row("kubeadm-reset", "kubeadm", "reset").is(
        "removes a node's Kubernetes",
        &["kubeadm reset -f"],
        &["kubeadm version"],
    ),
    row("k3s-uninstall", "k3s-uninstall.sh k3s-killall.sh k3s-agent-uninstall.sh", "").trigger("k3s").is(
        "removes a node's Kubernetes",
        &["/usr/local/bin/k3s-uninstall.sh"],
        &["k3s check-config"],
    ),
    row("cluster-reset", "k3s rke2", "server").any("--cluster-reset").trigger("k3s rke2").is(
        "makes a cluster of this node alone, or of a snapshot",
        &[
            "k3s server --cluster-reset",
            "sudo rke2 server --cluster-reset --cluster-reset-restore-path=/x/snapshot",
        ],
        &["k3s server", "rke2 server --config x"],
    ),
    row(
        "talosctl",
        "talosctl",
        "reset|shutdown|reboot|rollback; etcd leave|remove-member|forfeit-leadership",
    )
    .trigger("talosctl")
    .is(
        "erases a node or takes it down",
        &["talosctl reset -n 10.0.0.4", "talosctl --nodes 10.0.0.4 etcd leave"],
        &["talosctl dashboard", "talosctl etcd members", "talosctl bootstrap"],
    ),
    row("talosctl-recover", "talosctl", "bootstrap").any("--recover-from").trigger("talosctl").is(
        "makes the cluster's state of a snapshot",
        &["talosctl -n 10.0.0.4 bootstrap --recover-from=./etcd.snapshot"],
        &["talosctl bootstrap", "talosctl etcd snapshot x.db"],
    ),
    row("cluster-delete", "kind minikube k3d eksctl rosa kops", "** delete|uninstall|unlink").is(
        "deletes a cluster or a part of it",
        &["eksctl delete cluster x", "kind delete cluster", "rosa delete machinepool x"],
        &["eksctl get cluster", "kind get clusters"],
    ),
    row("kops-update", "kops", "update|rolling-update cluster").any("--yes -y").trigger("kops").is(
        "changes or replaces the machines of a cluster",
        &["kops update cluster x --yes", "kops rolling-update cluster --yes"],
        &["kops update cluster x", "kops rolling-update cluster", "kops validate cluster"],
    ),
    row("ocm-delete", "ocm osdctl", "delete; ** delete").is(
        "deletes a cluster's object",
        &["ocm delete /api/x", "osdctl account delete x"],
        &["ocm get /api/x"],
    ),
    row(
        "argocd",
        "argocd argo",
        "app|appset|proj|cluster|repo|cert delete|rollback|terminate-op|rm; delete|stop|\
         terminate",
    )
    .is(
        "deletes or rolls back an application",
        &["argocd app delete x", "argocd app rollback x 3", "argo terminate x"],
        &["argocd app get x", "argocd app sync x"],
    ),
    row("flux-delete", "flux", "delete|uninstall|suspend").is(
        "removes or suspends what Flux keeps",
        &["flux delete ks x"],
        &["flux get all"],
    ),
    row("mesh-uninstall", "istioctl linkerd cilium", "uninstall").is(
        "removes a service mesh",
        &["istioctl uninstall --purge"],
        &["istioctl proxy-status", "istioctl x describe pod y"],
    ),
    row("velero", "velero", "backup|restore|schedule delete").is(
        "deletes backups",
        &["velero backup delete x"],
        &["velero backup get"],
    ),
    row("virtctl", "virtctl", "stop|pause|removevolume").is(
        "stops a virtual machine",
        &["virtctl stop vm1"],
        &["virtctl console vm1"],
    ),
    row("docker-remove", "docker podman nerdctl", "rm|rmi|kill|stop").is(
        "stops or removes containers or images",
        &[
            "docker rm -f x",
            "docker stop web",
            "docker ps -q | xargs docker kill",
            "sudo docker rmi x",
            "docker --context y rm x",
        ],
        &["docker ps", "docker run --rm x", "docker exec x rm --help", "docker logs stop"],
    ),
    row(
        "docker-object-remove",
        "docker podman nerdctl",
        "container|image|volume|network|secret|config|service|stack|node|builder|buildx|\
         context|machine|pod|manifest|plugin rm|remove|prune|stop|kill|down",
    )
    .is(
        "stops or removes containers, volumes or services",
        &["docker volume rm data", "docker image prune -a", "docker service rm x"],
        &["docker volume ls", "docker image ls", "docker service ps x"],
    ),
    row("docker-prune", "docker podman nerdctl", "system prune|reset").is(
        "removes everything that is not in use",
        &["docker system prune -af", "podman system reset"],
        &["docker system df"],
    ),
    row("docker-swarm", "docker", "swarm leave").is(
        "takes a node out of the swarm",
        &["docker swarm leave --force"],
        &["docker swarm join-token worker"],
    ),
    row("compose-down", "docker podman", "compose down|rm|stop|kill").is(
        "stops or removes services",
        &[
            "docker compose down -v",
            "docker compose -f x.yml stop web",
            "docker compose -p web -f x.yml down",
        ],
        &["docker compose up -d", "docker compose logs", "docker compose run web rm --help"],
    ),
    row("docker-compose-down", "docker-compose podman-compose", "down|rm|stop|kill").is(
        "stops or removes services",
        &["docker-compose down", "docker-compose -f x.yml rm -f web"],
        &["docker-compose up -d", "docker-compose restart"],
    ),
    row("crictl", "crictl", "rm|rmi|rmp|stop|stopp").is(
        "stops or removes containers",
        &["crictl rmp -f x", "oc debug node/n -- chroot /host crictl stop x"],
        &["crictl ps", "crictl logs x"],
    ),
    row("ctr", "ctr", "** delete|del|rm|remove|kill").is(
        "removes containers or images",
        &["ctr -n k8s.io images rm x"],
        &["ctr images ls"],
    ),
    row("lxc", "lxc incus", "delete|stop|restore").is(
        "stops or deletes containers",
        &["lxc delete -f x"],
        &["lxc list"],
    ),
    row("machinectl", "machinectl", "terminate|poweroff|kill|remove").is(
        "ends a machine",
        &["machinectl poweroff x"],
        &["machinectl list"],
    ),
    row("skopeo", "skopeo", "delete").is(
        "deletes images from a registry",
        &["skopeo delete docker://x"],
        &["skopeo inspect docker://x"],
    ),
    row("nomad", "nomad", "stop").is("stops a job", &["nomad stop web"], &["nomad status"]),
    row(
        "nomad-object",
        "nomad",
        "job stop|revert; alloc stop; node drain|purge; namespace|volume|quota|var delete|\
         purge|detach|deregister; system gc; deployment fail; acl token|policy|role delete; \
         operator raft remove-peer; operator snapshot restore",
    )
    .unless("-disable -m -monitor")
    .is(
        "stops or deletes what Nomad runs",
        &["nomad job stop -purge web", "nomad node drain -enable x"],
        &["nomad job status web", "nomad node drain -disable x"],
    ),
];
