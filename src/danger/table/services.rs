//! Distributed services: queues, key-value stores, storage clusters, configuration management.

use super::{Row, Text, row};

pub(super) const ROWS: &[Row] = &[
    row("etcdctl", "etcdctl", "del|rm|rmdir").is(
        "deletes keys",
        &["etcdctl del /x --prefix", "etcdctl --endpoints=a rm /x"],
        &["etcdctl get /x --prefix", "etcdctl member list", "etcdctl defrag"],
    ),
    row(
        "etcdctl-admin",
        "etcdctl etcdutl",
        "member remove; snapshot restore; user delete|revoke-role; role delete|\
         revoke-permission; auth disable; lease revoke",
    )
    .is(
        "takes a member out, or restores or removes something",
        &["etcdctl member remove 8e9e05c52164694d", "etcdctl snapshot restore x.db"],
        &["etcdctl snapshot save x.db", "etcdctl snapshot status x.db"],
    ),
    row("consul", "consul", "leave|force-leave|maint").unless("-disable").is(
        "takes a node out of the cluster",
        &["consul leave", "consul force-leave node1"],
        &["consul members", "consul maint -disable"],
    ),
    row(
        "consul-delete",
        "consul",
        "kv delete; snapshot restore; intention|config|partition|namespace delete; services \
         deregister; operator raft remove-peer; acl token|policy|role|auth-method delete",
    )
    .is(
        "deletes or restores state",
        &[
            "consul kv delete -recurse x",
            "consul snapshot restore x.snap",
            "consul operator raft remove-peer -id=x",
        ],
        &["consul kv get x", "consul snapshot save x", "consul operator raft list-peers"],
    ),
    row("vault", "vault", "delete").is(
        "deletes a secret",
        &["vault delete secret/x"],
        &["vault read secret/x"],
    ),
    row(
        "vault-admin",
        "vault",
        "kv delete|destroy; kv metadata delete; secrets|auth|audit disable; lease|token \
         revoke; operator seal|step-down; operator raft remove-peer; operator raft snapshot \
         restore; policy|namespace delete; plugin deregister",
    )
    .is(
        "deletes, revokes or seals",
        &["vault kv delete secret/x", "vault lease revoke -prefix aws/", "vault operator seal"],
        &["vault kv get secret/x", "vault operator unseal", "vault status", "vault token lookup"],
    ),
    row(
        "ceph-osd",
        "ceph",
        "osd purge|destroy|out|down|rm|lost|purge-new|stop; osd pool delete|rm|rmsnap; osd \
         crush rm|remove|unlink; osd tier remove|cache-mode; osd blocklist|blacklist add",
    )
    .is(
        "takes storage daemons or pools away",
        &["ceph osd out 3", "ceph osd purge 3 --yes-i-really-mean-it", "ceph osd pool delete x x"],
        &["ceph osd tree", "ceph osd in 3", "ceph osd df", "ceph status", "ceph osd pool ls"],
    ),
    row(
        "ceph-remove",
        "ceph",
        "fs rm|fail|remove; mon|mgr|mds rm|remove|fail; auth del|rm; orch rm; orch daemon rm|\
         stop; orch host rm|drain; orch device zap; config rm",
    )
    .is(
        "takes a part of the storage cluster away",
        &["ceph fs rm x", "ceph mon remove a", "ceph mgr fail"],
        &["ceph fs ls", "ceph mon stat", "ceph auth list"],
    ),
    row("ceph-volume-zap", "ceph-volume", "lvm|simple|raw zap").is(
        "erases a device",
        &["ceph-volume lvm zap /dev/sdb"],
        &["ceph-volume lvm list"],
    ),
    row("ceph-volume-create", "ceph-volume", "lvm|raw|simple create|prepare|batch").unless("--report").trigger("ceph-volume").is(
        "overwrites a device",
        &["ceph-volume lvm create --data /dev/sdb", "sudo ceph-volume lvm prepare --osd-id 3 --data /dev/sdb"],
        &["ceph-volume lvm batch --report /dev/sdb", "ceph-volume lvm activate 3 x"],
    ),
    row("rados", "rados", "rm|purge|rmpool|cppool").is(
        "deletes stored objects",
        &["rados -p x rm obj"],
        &["rados df", "rados -p x ls"],
    ),
    row("rbd", "rbd", "rm|remove|resize").is(
        "deletes or resizes an image",
        &["rbd rm pool/x"],
        &["rbd ls", "rbd info pool/x"],
    ),
    row(
        "rbd-snap",
        "rbd",
        "snap|snapshot rm|remove|purge|rollback; trash rm|remove|purge; mirror image|pool \
         demote|disable",
    )
    .is(
        "deletes or rolls back a snapshot",
        &["rbd snap rollback pool/x@a", "rbd snap purge pool/x"],
        &["rbd snap ls pool/x"],
    ),
    row("radosgw", "radosgw-admin", "bucket|user|object|key|subuser rm|unlink|suspend").is(
        "deletes buckets or users",
        &["radosgw-admin bucket rm --bucket=x", "radosgw-admin user rm --uid=x"],
        &["radosgw-admin bucket list", "radosgw-admin user info --uid=x"],
    ),
    row(
        "gluster",
        "gluster",
        "volume delete|stop|remove-brick|reset; peer detach; snapshot delete|restore|deactivate",
    )
    .is(
        "stops or deletes a volume",
        &["gluster volume stop x", "gluster peer detach y"],
        &["gluster volume info", "gluster peer status"],
    ),
    row("hdfs-remove", "hdfs hadoop", "dfs|fs").any("-rm -rmr -expunge -rmdir").is(
        "deletes files",
        &["hdfs dfs -rm -r /x"],
        &["hdfs dfs -ls /x"],
    ),
    row(
        "rabbitmqctl",
        "rabbitmqctl rabbitmq-queues",
        "reset|force_reset|stop|stop_app|shutdown|delete_queue|purge_queue|delete_vhost|\
         delete_user|forget_cluster_node|close_all_connections|close_connection|\
         delete_shovel|clear_policy|clear_permissions|clear_parameter|delete_member|shrink",
    )
    .is(
        "deletes messages or takes a broker out of service",
        &[
            "rabbitmqctl stop_app",
            "rabbitmqctl -n rabbit@x forget_cluster_node y",
            "rabbitmqctl purge_queue q",
        ],
        &["rabbitmqctl list_queues", "rabbitmqctl start_app", "rabbitmqctl cluster_status"],
    ),
    row("rabbitmqadmin", "rabbitmqadmin", "delete|purge|close").is(
        "deletes queues or messages",
        &["rabbitmqadmin purge queue name=x", "rabbitmqadmin -V y delete queue name=x"],
        &["rabbitmqadmin list queues"],
    ),
    row(
        "kafka-delete",
        "kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh \
         kafka-acls kafka-acls.sh kafka-configs kafka-configs.sh",
        "",
    )
    .any("--delete --delete-offsets --delete-config --remove")
    .trigger("delete")
    .is(
        "deletes topics, groups or settings",
        &["kafka-topics.sh --bootstrap-server a:9092 --delete --topic x"],
        &["kafka-topics --list --bootstrap-server a:9092", "kafka-configs --describe"],
    ),
    row("kafka-reset", "kafka-consumer-groups kafka-consumer-groups.sh", "")
        .any("--reset-offsets")
        .also("--execute")
        .is(
            "moves a consumer group's offsets",
            &["kafka-consumer-groups.sh --group g --reset-offsets --to-latest --topic t --execute"],
            &["kafka-consumer-groups.sh --group g --reset-offsets --to-latest --topic t --dry-run"],
        ),
    row("kafka-reassign", "kafka-reassign-partitions kafka-reassign-partitions.sh", "")
        .any("--execute")
        .trigger("kafka-reassign-partitions")
        .is(
            "moves partitions between brokers",
            &["kafka-reassign-partitions.sh --bootstrap-server a:9092 --reassignment-json-file x.json --execute"],
            &["kafka-reassign-partitions.sh --bootstrap-server a:9092 --reassignment-json-file x.json --verify"],
        ),
    row("kafka-delete-records", "kafka-delete-records kafka-delete-records.sh kafka-server-stop.sh", "").is(
        "deletes messages or stops a broker",
        &["kafka-delete-records.sh --offset-json-file x.json"],
        &["kafka-log-dirs.sh --describe"],
    ),
    row("kafkactl", "kafkactl rpk nats pulsar-admin", "** delete|rm|purge|terminate").is(
        "deletes topics or messages",
        &["kafkactl delete topic x", "rpk topic delete x", "nats stream purge x"],
        &["rpk topic list"],
    ),
    row(
        "nodetool",
        "nodetool",
        "decommission|removenode|assassinate|drain|stopdaemon|clearsnapshot|disablegossip|\
         disablebinary|truncatehints|move|disablethrift|disablehandoff|pausehandoff",
    )
    .is(
        "takes a node out of the cluster or deletes snapshots",
        &["nodetool decommission", "nodetool -h x removenode y"],
        &["nodetool status", "nodetool repair", "nodetool removenode-status"],
    ),
    row("zookeeper", "zkCli.sh zookeeper-shell zookeeper-shell.sh zkCli", "** delete|deleteall|rmr").is(
        "deletes nodes",
        &["zkCli.sh -server a:2181 rmr /x", "zookeeper-shell a:2181 deleteall /x"],
        &["zkCli.sh -server a:2181 ls /"],
    ),
    row(
        "knife",
        "knife",
        "node|client|role|environment|cookbook|user|data|ec2|google|azure|bootstrap delete; \
         data bag delete; ec2|google server delete; node|client|cookbook bulk delete; tag \
         delete",
    )
    .is(
        "deletes Chef objects",
        &["knife node delete web1", "knife client delete web1 -y", "knife data bag delete x"],
        &["knife node show web1", "knife status", "knife node run_list add web1 x"],
    ),
    row("chef-server-delete", "chef-server-ctl", "user-delete|org-delete|org-user-remove|delete-*|cleanse")
        .is(
            "deletes Chef users, keys or data",
            &["sudo chef-server-ctl delete-user-key bob default", "chef-server-ctl user-delete bob"],
            &["chef-server-ctl user-list", "chef-server-ctl add-user-key bob"],
        ),
    row("puppet-node", "puppet puppetserver", "node|cert|ca purge|clean|deactivate|revoke").is(
        "removes a node's certificate or data",
        &["puppet node purge web1", "puppetserver ca clean --certname web1"],
        &["puppet agent -t"],
    ),
    row("salt-key-delete", "salt-key", "").any("-d -D --delete --delete-all").is(
        "deletes keys",
        &["salt-key -d web1"],
        &["salt-key -L"],
    ),
    row(
        "pcs",
        "pcs",
        "resource|cluster|node|stonith|constraint disable|delete|stop|destroy|standby|remove|\
         ban|fence|kill",
    )
    .is(
        "takes a node or resource out of the cluster",
        &["pcs resource disable db", "pcs cluster stop --all", "pcs node standby a"],
        &["pcs status", "pcs node unstandby a", "pcs resource cleanup"],
    ),
    row("crm", "crm", "node|resource|configure|cluster standby|stop|delete|fence|ban|erase").is(
        "takes a node or resource out of the cluster",
        &["crm node standby a", "crm resource stop db"],
        &["crm status", "crm node online a"],
    ),
    row("haproxy-socket", "socat nc ncat netcat", "")
        .text(Text::Line(
            "disable server|frontend|agent|health; shutdown frontend|session|sessions; set \
         server .. maint|drain; clear table|map|acl; del map|acl|server",
        ))
        .is(
            "takes servers out of a load balancer",
            &[
                "echo 'disable server web/a' | socat stdio /run/haproxy.sock",
                "echo 'set server web/a state drain' | sudo socat - /x.sock",
            ],
            &[
                "echo 'show stat' | socat stdio /run/haproxy.sock",
                "echo 'enable server web/a' | socat - /x",
                "nc -zv a 80",
            ],
        ),
    row("certbot", "certbot letsencrypt", "delete|revoke|unregister").is(
        "revokes or deletes a certificate",
        &["certbot revoke --cert-name x"],
        &["certbot certificates", "certbot renew"],
    ),
    row("revoke-certificate", "easyrsa step", "revoke; ca revoke").is(
        "revokes a certificate",
        &["easyrsa revoke client1", "step ca revoke x"],
        &["easyrsa build-client-full x", "step ca certificate x"],
    ),
    row("pdns-delete", "pdnsutil pdns_control", "delete-zone|delete-rrset|remove-zone-key").is(
        "deletes DNS data",
        &["pdnsutil delete-zone x.org"],
        &["pdnsutil list-zone x.org"],
    ),
    row("curl-delete", "curl curlie", "").any("-X=DELETE --request=DELETE").trigger("DELETE XDELETE").is(
        "deletes over HTTP",
        &[
            "curl -X DELETE localhost:9200/idx",
            "curl -s -XDELETE 'http://es:9200/a*'",
            "curl --request DELETE x",
        ],
        &["curl -X POST localhost", "curl localhost:9200/_cat/indices", "curl -d 'DELETE' x"],
    ),
    row("curl-destructive", "curl curlie", "")
        .arg("*_delete_by_query* */-/quit* *delete_series* */_shutdown* */_close* */flushdb*")
        .trigger("_delete_by_query quit delete_series _shutdown _close flushdb")
        .is(
            "deletes or shuts down over HTTP",
            &[
                "curl -XPOST localhost:9200/idx/_delete_by_query -d @q.json",
                "curl -X POST localhost:9090/-/quit",
            ],
            &["curl -XPOST localhost:9090/-/reload"],
        ),
    row("curl-accept-loss", "curl curlie", "")
        .any(
            "-d=*accept_data_loss* --data=*accept_data_loss* --data-raw=*accept_data_loss* \
         --data-binary=*accept_data_loss* --json=*accept_data_loss*",
        )
        .trigger("accept_data_loss")
        .is(
            "makes a shard of an old or an empty copy",
            &["curl -XPOST es:9200/_cluster/reroute -d '{\"commands\":[{\"a\":{\"accept_data_loss\":true}}]}'"],
            &["curl -XPOST 'es:9200/_cluster/reroute?retry_failed=true'"],
        ),
    row("http-delete", "http https httpie xh", "DELETE").is(
        "deletes over HTTP",
        &["http DELETE localhost:9200/idx"],
        &["http GET localhost"],
    ),
    row(
        "elasticsearch-tools",
        "elasticsearch-node elasticsearch-shard",
        "unsafe-bootstrap|detach-cluster|repurpose|remove-corrupted-data|override-version|\
         remove-settings",
    )
    .is(
        "discards data of a node",
        &["elasticsearch-node unsafe-bootstrap"],
        &["elasticsearch-node --help"],
    ),
];
