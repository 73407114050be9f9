//! Databases: their own tools, and what their clients are told.

use super::{Row, Text, row};

/// Clients that read SQL.
const SQL: &str = "psql gitlab-psql pgcli cockroach mysql mariadb mycli mysqlsh gitlab-mysql sqlite3 \
         clickhouse-client clickhouse cqlsh influx sqlcmd snowsql bq presto trino";
const REDIS: &str = "redis-cli gitlab-redis-cli valkey-cli keydb-cli";

pub(super) const ROWS: &[Row] = &[
    row("sql-drop", SQL, "").text(Text::Sql("DROP; ALTER .. DROP")).is(
        "drops a database, a table or a part of it",
        &[
            "psql -c 'DROP TABLE users'",
            "mysql -e \"drop database x\"",
            "echo 'DROP TABLE x;' | mysql db",
            "psql <<E\nSELECT 1;\n-- why\nDROP INDEX i;\nE",
            "kubectl exec db-0 -- psql -c 'ALTER TABLE a DROP COLUMN b'",
            "sudo -u postgres psql -tAc 'drop role x'",
        ],
        &[
            "psql -c 'SELECT 1'",
            "mysql -e \"SELECT 'DROP TABLE x'\"",
            "psql -c 'SELECT 1 -- DROP x'",
            "mysql -h drop db",
        ],
    ),
    row("sql-truncate", SQL, "").text(Text::Sql("TRUNCATE")).is(
        "empties a table",
        &["psql -d x --command='TRUNCATE events'", "mysql db <<< 'truncate table x'"],
        &["psql -c 'SELECT truncate(1.5, 0)'"],
    ),
    row("sql-delete-all", SQL, "").text(Text::Sql("DELETE !WHERE; WITH .. DELETE FROM !WHERE")).is(
        "deletes every row of a table",
        &["mysql -e 'DELETE FROM sessions'"],
        &["mysql -e 'SELECT 1'"],
    ),
    row("sql-delete", SQL, "").text(Text::Sql("DELETE; WITH .. DELETE FROM")).is(
        "deletes rows",
        &["mysql -e 'DELETE FROM sessions WHERE id < 10'", "psql -c \"delete from x where y='DROP'\""],
        &["psql -c 'EXPLAIN DELETE FROM x'", "psql -c \"SELECT 'DELETE'\""],
    ),
    row("sql-update-all", SQL, "").text(Text::Sql("UPDATE .. SET !WHERE")).is(
        "changes every row of a table",
        &["mysql -e 'UPDATE users SET admin = 1'"],
        &["mysql -e 'UPDATE users SET admin = 1 WHERE id = 7'"],
    ),
    row("sql-replication", SQL, "")
        .text(Text::Sql(
            "RESET SLAVE|MASTER|REPLICA|BINARY; PURGE BINARY|MASTER; CHANGE MASTER|REPLICATION; \
         SELECT .. pg_drop_replication_slot; SELECT .. pg_promote; STOP GROUP_REPLICATION",
        ))
        .is(
            "resets replication or deletes its logs",
            &[
                "mysql -e 'RESET SLAVE ALL'",
                "mysql -e 'STOP SLAVE; RESET MASTER;'",
                "psql -c \"SELECT pg_drop_replication_slot('a')\"",
            ],
            &[
                "mysql -e 'SHOW SLAVE STATUS\\G'",
                "mysql -e 'STOP SLAVE; START SLAVE'",
                "psql -c 'SELECT * FROM pg_replication_slots'",
            ],
        ),
    row("sql-end", SQL, "")
        .text(Text::Sql(
            "SHUTDOWN; KILL; SELECT .. pg_terminate_backend; REVOKE; REASSIGN; SELECT .. \
         pg_resetwal",
        ))
        .is(
            "ends sessions or the server, or takes rights away",
            &["mysql -e 'KILL 42'", "psql -c 'SELECT pg_terminate_backend(42)'", "mysql -e SHUTDOWN"],
            &["psql -c 'SELECT pg_cancel_backend(42)'", "mysql -e 'SHOW PROCESSLIST'"],
        ),
    row("mysqladmin", "mysqladmin mariadb-admin", "drop|shutdown|kill|flush-logs|stop-slave|stop-replica")
        .is(
            "stops the server, or drops or ends something",
            &["mysqladmin -u root shutdown", "mysqladmin -f drop x"],
            &["mysqladmin status", "mysqladmin processlist", "mysqladmin -h drop status"],
        ),
    row("dropdb", "dropdb dropuser", "").is(
        "drops a database or a role",
        &["dropdb x", "sudo -u postgres dropuser y"],
        &["createdb x"],
    ),
    row("pg-stop", "pg_ctl pg_ctlcluster", "stop|kill|promote; ** stop|promote").is(
        "stops or promotes a server",
        &["pg_ctl -D /data stop -m fast", "pg_ctlcluster 13 main stop", "pg_ctl promote"],
        &["pg_ctl status", "pg_ctl reload", "pg_ctlcluster 13 main restart"],
    ),
    row("pg-reset", "pg_resetwal pg_resetxlog pg_rewind pg_dropcluster pg_archivecleanup", "")
        .unless("-n --dry-run")
        .is(
            "rewrites or discards a server's files",
            &[
                "pg_resetwal -f /data",
                "pg_rewind --target-pgdata=/data --source-server=x",
                "pg_dropcluster 13 main",
            ],
            &["pg_resetwal -n /data", "pg_controldata /data"],
        ),
    row("pg-restore-clean", "pg_restore", "").any("-c --clean -C --create").unless("-l --list").is(
        "drops what it restores before it does",
        &["pg_restore --clean -d x dump"],
        &["pg_restore -l dump", "pg_restore -d x dump"],
    ),
    row(
        "patronictl",
        "patronictl gitlab-patronictl",
        "failover|reinit|remove|switchover|flush|demote-cluster",
    )
    .is(
        "changes the leader, or rebuilds or removes a member",
        &[
            "patronictl -c /x.yml failover",
            "gitlab-patronictl reinit pg a",
            "sudo patronictl switchover --leader a",
        ],
        &["patronictl list", "patronictl pause", "patronictl history"],
    ),
    row(
        "repmgr",
        "repmgr",
        "standby|primary|node|cluster switchover|promote|unregister|rejoin|follow|cleanup|clone",
    )
    .unless("--dry-run")
    .is(
        "changes the leader, or rebuilds or removes a member",
        &["repmgr standby promote", "repmgr node rejoin -d x --force-rewind"],
        &["repmgr cluster show", "repmgr standby switchover --dry-run"],
    ),
    row(
        "pg-autoctl",
        "pg_autoctl stolonctl",
        "drop; perform failover|switchover|promotion; failkeeper|promote|removekeeper",
    )
    .is(
        "changes the leader or removes a member",
        &["pg_autoctl perform failover", "stolonctl promote"],
        &["pg_autoctl show state", "stolonctl status"],
    ),
    row(
        "pg-backup",
        "pgbackrest barman wal-g wal-e gitlab-backup",
        "restore|expire|stop|stanza-delete|delete|recover; ** delete; backup-fetch",
    )
    .is(
        "restores over what is there, or deletes backups",
        &[
            "pgbackrest --stanza=x restore",
            "wal-g delete retain 5",
            "barman delete a b",
            "gitlab-backup restore",
        ],
        &["pgbackrest info", "wal-g backup-list", "barman list-backup all", "gitlab-backup create"],
    ),
    row("xtrabackup", "mariabackup xtrabackup mariadb-backup innobackupex", "")
        .any("--copy-back --move-back")
        .is(
            "puts a backup into the server's data folder",
            &["mariabackup --copy-back --target-dir=/b", "xtrabackup --move-back"],
            &["mariabackup --backup --target-dir=/b", "mariabackup --prepare --target-dir=/b"],
        ),
    row("galera-bootstrap", "galera_new_cluster", "").is(
        "starts a new cluster from this node",
        &["galera_new_cluster"],
        &["galera_recovery"],
    ),
    row("pt-kill", "pt-kill pt-archiver", "").any("--kill --kill-query --purge").is(
        "ends sessions or deletes rows",
        &["pt-kill --busy-time 60 --kill", "pt-archiver --source t=x --purge"],
        &["pt-kill --busy-time 60 --print"],
    ),
    row("orchestrator", "orchestrator-client orchestrator", "")
        .any(
            "-c=forget -c=graceful-master-takeover -c=force-master-failover -c=recover \
         -c=detach-replica -c=reset-replica -c=force-master-takeover \
         -c=graceful-master-takeover-auto",
        )
        .is(
            "changes the leader or detaches a replica",
            &["orchestrator-client -c graceful-master-takeover -i a"],
            &["orchestrator-client -c topology -i a"],
        ),
    row("mha-switch", "masterha_master_switch mysqlfailover mysqlrpladmin", "").is(
        "changes the leader",
        &["masterha_master_switch --conf=x --master_state=alive"],
        &["masterha_check_ssh --conf=x"],
    ),
    row("redis-delete", REDIS, "")
        .text(Text::Line(
            "FLUSHALL|FLUSHDB; DEL|UNLINK|HDEL|LTRIM|XTRIM|GETDEL; SCRIPT FLUSH; XGROUP DESTROY; \
         EVAL .. del|unlink|flushall|flushdb",
        ))
        .is(
            "deletes keys",
            &[
                "redis-cli FLUSHALL",
                "redis-cli -h x -n 3 flushdb async",
                "echo 'DEL a' | redis-cli",
                "redis-cli --scan | xargs redis-cli del",
                "redis-cli EVAL \"redis.call('del', KEYS[1])\" 1 x",
            ],
            &[
                "redis-cli info",
                "redis-cli get del",
                "redis-cli -h del ping",
                "redis-cli config get maxmemory",
            ],
        ),
    row("redis-down", REDIS, "")
        .text(Text::Line(
            "SHUTDOWN; DEBUG SEGFAULT|RESTART|SLEEP; CLUSTER RESET|FORGET|FAILOVER|DELSLOTS|\
         FLUSHSLOTS; SENTINEL FAILOVER|RESET|REMOVE; SLAVEOF|REPLICAOF; FAILOVER; CLIENT \
         KILL; CONFIG SET save|appendonly|maxmemory|maxmemory-policy|requirepass; ACL DELUSER",
        ))
        .is(
            "takes the server out of service, or changes its leader or durability",
            &[
                "redis-cli -p 6380 shutdown nosave",
                "redis-cli sentinel failover m",
                "redis-cli replicaof no one",
                "redis-cli CONFIG SET appendonly no",
            ],
            &[
                "redis-cli sentinel masters",
                "redis-cli cluster info",
                "redis-cli CONFIG GET save",
                "redis-cli client list",
            ],
        ),
    row("redis-cluster", REDIS, "").any("--cluster=del-node --cluster=reset --cluster=call").is(
        "takes a node out of the cluster",
        &["redis-cli --cluster del-node a:6379 id"],
        &["redis-cli --cluster check a:6379"],
    ),
    row("mongo", "mongo mongosh", "")
        .text(Text::Code(
            ".drop( .dropDatabase( .remove( .deleteMany( .deleteOne( .dropIndex .dropUser \
         .dropRole rs.stepDown( rs.remove( rs.reconfig( shutdownServer( killOp( \
         .findOneAndDelete( compact:",
        ))
        .is(
            "drops or deletes data, or takes a member out of service",
            &[
                "mongo db --eval 'db.users.drop()'",
                "mongosh <<E\ndb.dropDatabase()\nE",
                "mongo --eval 'rs.stepDown()'",
            ],
            &["mongo --eval 'rs.status()'", "mongosh --eval 'db.users.find({})'"],
        ),
    row("mongorestore", "mongorestore", "").any("--drop").is(
        "drops what it restores before it does",
        &["mongorestore --drop dump/"],
        &["mongorestore dump/"],
    ),
    row("rails-code", "rails gitlab-rails ruby", "")
        .text(Text::Code(
            "destroy_all delete_all .destroy! .destroy .delete( drop_table .truncate \
         ActiveRecord::Base.connection.execute('DROP .clear FileUtils.rm File.delete \
         flushall flushdb",
        ))
        .is(
            "deletes records or files",
            &[
                "gitlab-rails runner 'Ci::Job.where(x: 1).delete_all'",
                "bundle exec rails runner \"User.find(1).destroy!\"",
            ],
            &["gitlab-rails runner 'puts User.count'", "rails console"],
        ),
    row("python-code", "python python2 python3", "")
        .text(Text::Code("os.remove( shutil.rmtree( os.unlink( .delete() drop_all("))
        .is(
            "deletes files or records",
            &["python3 -c 'import shutil; shutil.rmtree(\"/x\")'"],
            &["python3 -c 'print(1)'", "python3 -m json.tool"],
        ),
    row(
        "rake-db",
        "rake rails gitlab-rake",
        "*db:drop|*db:drop:*|*db:reset|db:schema:load|db:rollback|db:migrate:reset|\
         db:migrate:down|db:truncate_all|db:seed:replant|db:purge|db:structure:load|\
         gitlab:backup:restore|gitlab:setup|gitlab:cleanup:*|cache:clear|db:setup",
    )
    .is(
        "drops, restores over or clears data",
        &["rake db:drop", "bundle exec rake db:schema:load", "sudo gitlab-rake gitlab:backup:restore"],
        &["rake db:migrate", "gitlab-rake gitlab:check", "gitlab-rake db:migrate:status"],
    ),
    row("prisma", "prisma", "migrate reset").trigger("prisma").is(
        "drops and makes a database anew",
        &["npx prisma migrate reset --force"],
        &["npx prisma migrate deploy", "prisma db pull"],
    ),
    row("praefect", "praefect gitaly", "** remove-repository|accept-dataloss").trigger("praefect").is(
        "removes repositories or accepts their loss",
        &["praefect accept-dataloss --repository x", "praefect remove-repository x"],
        &["praefect dataloss"],
    ),
    row("drop-by-tool", "wp drush", "db drop|reset|clean; sql-drop|sql:drop; site empty|delete").is(
        "empties a site or its database",
        &["wp db reset --yes", "drush sql-drop"],
        &["wp db export", "drush status"],
    ),
    row("varnish-stop", "varnishadm", "stop|ban|ban.url|param.reset|vcl.discard").is(
        "stops or empties a cache",
        &["varnishadm stop"],
        &["varnishadm status"],
    ),
];
