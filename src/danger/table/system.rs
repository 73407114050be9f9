//! Machines: services of the init system, processes, users, packages, the network.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row("systemctl", "systemctl", "stop|disable|mask|kill|isolate|rescue|emergency").is(
        "takes a service out of operation",
        &[
            "systemctl stop mariadb",
            "sudo systemctl disable --now x",
            "ssh db1 sudo systemctl mask x",
            "systemctl --user stop x",
        ],
        &[
            "systemctl restart x",
            "systemctl status stop",
            "systemctl start x",
            "systemctl is-enabled x",
            "systemctl reload x",
        ],
    ),
    row("systemctl-power", "systemctl", "poweroff|reboot|halt|kexec|suspend|hibernate").is(
        "takes the machine down",
        &["systemctl reboot", "sudo systemctl poweroff"],
        &["systemctl list-units reboot.target"],
    ),
    row("service-stop", "service rc-service invoke-rc.d", "** stop|zap").is(
        "takes a service out of operation",
        &["service mysql stop", "sudo service postgresql-9.6 stop"],
        &["service mysql restart", "service mysql status", "service --status-all"],
    ),
    row("init-script-stop", "/etc/init.d/*", "stop").is(
        "takes a service out of operation",
        &["/etc/init.d/mysql stop", "sudo /etc/init.d/redis stop"],
        &["/etc/init.d/mysql restart", "cat /etc/init.d/stop"],
    ),
    row(
        "supervisor-stop",
        "sv supervisorctl gitlab-ctl chef-server-ctl omnibus-ctl initctl pm2 circusctl s6-svc",
        "stop|down|shutdown|force-stop|exit|delete|remove|force-shutdown|kill|quit|\
         graceful-kill|uninstall|cleanse",
    )
    .is(
        "takes a service out of operation",
        &[
            "gitlab-ctl stop puma",
            "sv stop redis",
            "supervisorctl stop all",
            "sudo gitlab-ctl stop",
            "pm2 delete web",
        ],
        &["gitlab-ctl restart", "sv status redis", "gitlab-ctl tail", "supervisorctl status"],
    ),
    row("power", "reboot shutdown halt poweroff", "").unless("-c -k --show").is(
        "takes the machine down",
        &["sudo reboot", "shutdown -h now", "ssh x sudo shutdown -r +1"],
        &["shutdown -c", "last reboot", "uptime"],
    ),
    row("runlevel", "init telinit", "0|1|6").trigger("init telinit").is(
        "takes the machine down",
        &["init 6", "telinit 0"],
        &["init --version", "initctl list"],
    ),
    row("sysrq", "*", "").target("/proc/sysrq-trigger").is(
        "talks to the kernel directly: reboot, crash",
        &["echo b > /proc/sysrq-trigger"],
        &["cat /proc/sys/kernel/sysrq"],
    ),
    row("kill", "kill", "").any("-9 -KILL -SIGKILL -s=KILL -s=SIGKILL -s=9 -n=9 -SEGV -ABRT").is(
        "ends processes without letting them clean up",
        &["kill -9 1234", "sudo kill -KILL $(cat x.pid)", "pgrep x | xargs kill -9", "kill -s KILL 1"],
        &["kill -HUP 1", "kill -0 1", "kill -l", "kill 1234"],
    ),
    row("kill-handed", "kill", "")
        .unless("-0 -HUP -1 -SIGHUP -s=HUP -USR1 -USR2 -SIGUSR1 -SIGUSR2 -QUIT -3 -SIGQUIT -CONT -l")
        .handed()
        .is(
            "ends every process it is handed",
            &["pgrep x | xargs kill", "lsof -t /data | xargs -r kill -15"],
            &["pgrep x | xargs kill -HUP", "kill 1234"],
        ),
    row("pkill", "pkill killall pkill9 skill", "")
        .unless(
            "-0 -HUP -1 -SIGHUP -s=HUP -USR1 -USR2 -SIGUSR1 -SIGUSR2 -QUIT -3 -SIGQUIT -CONT -l \
         --list -V --signal=HUP --signal=SIGHUP",
        )
        .is(
            "ends every process of a name",
            &["pkill -f sidekiq", "killall -9 nginx", "sudo killall mysqld"],
            &["killall -HUP nginx", "pgrep -f x", "pkill -USR1 puma"],
        ),
    row("fuser-kill", "fuser", "").any("-k --kill").is(
        "ends every process that uses a file",
        &["fuser -k /data", "fuser -km /mnt"],
        &["fuser -v /data"],
    ),
    row("userdel", "userdel groupdel deluser delgroup", "").is(
        "deletes an account",
        &["userdel -r bob"],
        &["useradd bob"],
    ),
    row("crontab-remove", "crontab", "").any("-r").is(
        "deletes a whole crontab",
        &["crontab -r", "crontab -u app -r"],
        &["crontab -l", "crontab -e"],
    ),
    row("atrm", "atrm", "").is("deletes scheduled jobs", &["atrm 3"], &["atq"]),
    row(
        "package-remove",
        "apt apt-get aptitude yum dnf microdnf zypper apk snap pkg brew",
        "remove|purge|erase|autoremove|autopurge|del|delete|uninstall|rm",
    )
    .unless("-s --simulate --just-print")
    .is(
        "removes packages",
        &["apt-get remove -y mysql-server", "yum erase x", "sudo dnf -y autoremove", "apk del curl"],
        &["apt-get install x", "yum list remove", "apt-get -s remove x"],
    ),
    row("package-erase", "rpm dpkg", "")
        .any("-e --erase -r -P --remove --purge")
        .unless("--test -q -U -i")
        .is(
            "removes packages",
            &["rpm -e x", "dpkg --purge x", "dpkg -P x"],
            &["rpm -qa", "dpkg -l", "rpm -Uvh x.rpm"],
        ),
    row("iptables", "iptables ip6tables iptables-legacy ip6tables-legacy ebtables", "")
        .any("-F -X -D --flush --delete --delete-chain")
        .is(
            "removes firewall rules",
            &["iptables -F", "sudo iptables -t nat -D PREROUTING 1", "iptables -D INPUT -s 10.0.0.1 -j DROP"],
            &["iptables -L -n", "iptables -A INPUT -s 10.0.0.1 -j ACCEPT", "iptables-save"],
        ),
    row("nft", "nft", "flush|delete|destroy|reset").is(
        "removes firewall rules",
        &["nft flush ruleset"],
        &["nft list ruleset"],
    ),
    row("ufw", "ufw", "disable|reset|delete").is("removes firewall rules", &["ufw disable"], &["ufw status"]),
    row("firewalld", "firewall-cmd", "")
        .any(
            "--panic-on --remove-service --remove-port --remove-rich-rule --delete-zone \
         --remove-source",
        )
        .is(
            "removes firewall rules or cuts the network",
            &["firewall-cmd --panic-on", "firewall-cmd --remove-port=80/tcp"],
            &["firewall-cmd --list-all", "firewall-cmd --reload"],
        ),
    row("ip-link-down", "ip", "link|l set ** down").is(
        "takes a network interface down",
        &["ip link set eth0 down", "sudo ip l set dev eth0 down"],
        &["ip link set eth0 up", "ip link show"],
    ),
    row("ip-delete", "ip", "link|l|addr|address|a|route|r|rule|ru|neigh|n|netns|tunnel delete|del|flush").is(
        "removes addresses, routes or interfaces",
        &[
            "ip route del default",
            "ip addr flush dev eth0",
            "sudo ip -4 addr del 10.0.0.1/24 dev eth0",
            "ip neigh flush all",
        ],
        &["ip route", "ip addr add 10.0.0.1/24 dev eth0", "ip a", "ip route get 1.1.1.1"],
    ),
    row("route-delete", "route", "del|delete|flush").is(
        "removes routes",
        &["route del default"],
        &["route -n"],
    ),
    row("interface-down", "ifdown", "").is(
        "takes a network interface down",
        &["ifdown eth0"],
        &["ifup eth0"],
    ),
    row("ifconfig-down", "ifconfig", "** down").is(
        "takes a network interface down",
        &["ifconfig eth0 down"],
        &["ifconfig eth0", "ifconfig -a"],
    ),
    row("nmcli", "nmcli", "con|connection|c|dev|device|d|networking down|delete|disconnect|off").is(
        "takes a network connection down",
        &["nmcli con down eth0", "nmcli networking off"],
        &["nmcli con show", "nmcli dev status"],
    ),
    row("ipvsadm", "ipvsadm", "").any("-C -D -d --clear --delete-service --delete-server").is(
        "takes servers out of a load balancer",
        &["ipvsadm -C", "ipvsadm -d -t 10.0.0.1:80 -r 10.0.0.2"],
        &["ipvsadm -Ln"],
    ),
    row("conntrack", "conntrack", "").any("-F -D --flush --delete").is(
        "cuts tracked connections",
        &["conntrack -F", "conntrack -D -s 10.0.0.1"],
        &["conntrack -L"],
    ),
    row("module-remove", "rmmod", "").is("removes a kernel module", &["rmmod nbd"], &["lsmod"]),
    row("modprobe-remove", "modprobe", "").any("-r --remove").unless("-n").is(
        "removes a kernel module",
        &["modprobe -r nbd"],
        &["modprobe nbd"],
    ),
    row("journal-vacuum", "journalctl", "")
        .any("--vacuum-size --vacuum-time --vacuum-files")
        .trigger("vacuum")
        .is(
            "deletes logs",
            &["journalctl --vacuum-time=2d", "sudo journalctl --vacuum-size 500M"],
            &["journalctl -u vacuum", "journalctl -f"],
        ),
    row("ipmi-power", "ipmitool", "chassis power off|cycle|reset|soft; power off|cycle|reset|soft").is(
        "cuts the power of a machine",
        &["ipmitool -H bmc -U a chassis power cycle", "ipmitool power off"],
        &["ipmitool chassis power status", "ipmitool sel list", "ipmitool power on"],
    ),
    row(
        "virsh",
        "virsh",
        "destroy|undefine|shutdown|reset|reboot|detach-disk|snapshot-delete|snapshot-revert|\
         vol-delete|pool-destroy|pool-delete|net-destroy|suspend",
    )
    .is(
        "takes a virtual machine down or deletes it",
        &["virsh destroy vm1", "virsh -c qemu:///system undefine vm1"],
        &["virsh list --all", "virsh start vm1", "virsh dominfo vm1"],
    ),
    row("nfs-unexport", "exportfs", "").any("-u -f").is(
        "takes file systems away from clients",
        &["exportfs -ua"],
        &["exportfs -v"],
    ),
    row("gpg-delete", "gpg gpg2", "")
        .any(
            "--delete-key --delete-keys --delete-secret-key --delete-secret-keys \
         --delete-secret-and-public-key",
        )
        .is("deletes keys", &["gpg --delete-secret-keys ABCD"], &["gpg --list-keys"]),
    row("mail-delete", "postsuper", "").any("-d").is(
        "deletes queued mail",
        &["postsuper -d ALL"],
        &["postqueue -p"],
    ),
    row("exim-delete", "exim exim4", "").any("-Mrm").is(
        "deletes queued mail",
        &["exim -Mrm 1a2b"],
        &["exim -bp"],
    ),
];
