//! Files, disks and file systems.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row("rm", "rm unlink srm", "").unless_all("/tmp/?* /var/tmp/?*").is(
        "deletes files",
        &[
            "rm -rf /var/lib/mysql",
            "sudo rm x",
            "find . | xargs rm -f",
            "ssh db1 'rm -r x'",
            "find /x -exec rm {} +",
        ],
        &[
            "rm --help",
            "grep rm file",
            "echo rm -rf /",
            "rm -f /tmp/dump.sql",
            "ls # rm x",
            "git log --grep 'rm x'",
        ],
    ),
    row("shred", "shred", "").is("overwrites files for good", &["shred -u secret.pem"], &["shred --help"]),
    row("truncate", "truncate", "").any("-s --size").is(
        "cuts files to a length",
        &["truncate -s 0 /var/log/syslog", "truncate --size=0 x"],
        &["truncate --help"],
    ),
    row("empty-file", "(none) : true cat echo printf", "").prints_nothing().target("* !/dev/*").is(
        "empties a file",
        &[
            ": > /var/log/syslog",
            "> /var/log/nginx/access.log",
            "cat /dev/null > app.log",
            "sudo sh -c '> /var/log/x'",
        ],
        &[
            "echo x > file",
            "cat a > b",
            ": >> file",
            "> /dev/null",
            "cat < a > b",
            "true > /dev/null",
            "oc get pod <name>",
        ],
    ),
    row("copy-nothing", "cp", "").arg("/dev/null").trigger("null").is(
        "empties a file",
        &["cp /dev/null /var/log/syslog"],
        &["cp a b"],
    ),
    row("move-away", "mv", "").arg("/dev/null").trigger("null").is(
        "throws files away",
        &["mv x /dev/null"],
        &["mv a b"],
    ),
    row("find-delete", "find", "").any("-delete").trigger("delete").is(
        "deletes files",
        &["find /var/log -name '*.gz' -mtime +7 -delete"],
        &["find . -name delete", "find . -print"],
    ),
    row("rsync-delete", "rsync", "")
        .any(
            "--delete --del --delete-before --delete-during --delete-after --delete-delay \
         --delete-excluded --remove-source-files",
        )
        .unless("-n --dry-run")
        .trigger("delete del remove")
        .is(
            "deletes files the other side does not have",
            &["rsync -a --delete a/ b/", "rsync --remove-source-files a b"],
            &["rsync -a a/ b/", "rsync -an --delete a/ b/"],
        ),
    row("tar-remove", "tar", "").any("--remove-files").trigger("remove").is(
        "deletes the files it packs",
        &["tar czf x.tgz --remove-files x"],
        &["tar xzf x.tgz"],
    ),
    row("tar-over", "tar", "").any("-C=/ --directory=/").also("-x --extract --get").trigger("tar").is(
        "unpacks over the files of the system",
        &["tar -xzf x.tgz -C /", "sudo tar --extract -f x.tar --directory=/"],
        &["tar -xzf x.tgz -C /srv", "tar -czf x.tgz -C / etc"],
    ),
    // Its first word may do without a hyphen.
    row("tar-over-old", "tar", "xf|xvf|xzf|xvzf|xzvf|xpf|xvpf|xzpf|xpzf|xvzpf|xpvzf|xjf|xvjf|xjvf")
        .any("-C=/ --directory=/")
        .trigger("tar")
        .is(
            "unpacks over the files of the system",
            &["tar xzf x.tgz -C /", "tar xvf x.tar --directory /"],
            &["tar xzf x.tgz -C /srv", "tar czf xf -C / etc"],
        ),
    // What such a variable names is a device, wherever it is set.
    row("dd", "dd dc3dd", "")
        .arg(
            "of=/dev/* of=$*DISK* of=$*disk* of=$*Disk* of=$*DEV of=$*DEV} of=$*dev of=$*dev} of=$*DEVICE* \
             of=$*device* of=$*DRIVE* of=$*drive* of=$*USB* of=$*usb* !of=/dev/null !of=$*/* !of=$*mage* !of=$*IMAGE*",
        )
        .is(
            "overwrites a device",
            &[
                "dd if=/dev/zero of=/dev/sdb bs=1M",
                "dd if=/dev/zero of=$DISK bs=1M",
                "sudo dd if=x.img of=\"${USB_DEVICE}\" bs=4M",
            ],
            &[
                "dd if=/dev/sda of=/dev/null",
                "dd if=/dev/zero of=/var/tmp/file bs=1M count=10",
                "dd if=$DISK of=$IMAGE",
                "dd if=$DISK of=$DISK_IMAGES/a.img",
            ],
        ),
    row("device-write", "*", "")
        .target("/dev/sd* /dev/nvme* /dev/vd* /dev/xvd* /dev/mapper/* /dev/md*")
        .trigger("sd nvme")
        .is(
            "overwrites a device",
            &["cat image > /dev/sda", "gunzip -c x.gz >/dev/nvme0n1"],
            &["ls > /dev/null", "cat /dev/sda > image", "lsblk /dev/sda"],
        ),
    row("device-detach", "*", "")
        .target("/sys/block/*/device/delete /sys/class/*/delete")
        .trigger("delete")
        .is(
            "takes a disk away from the system",
            &["echo 1 > /sys/block/sdb/device/delete"],
            &["cat /sys/block/sdb/device/model", "echo 1 > /sys/block/sdb/device/rescan"],
        ),
    row("device-detach-tee", "tee", "").arg("/sys/block/*/device/delete").trigger("delete").is(
        "takes a disk away from the system",
        &["echo 1 | sudo tee /sys/block/sdb/device/delete"],
        &["echo 1 | sudo tee /sys/block/sdb/device/rescan"],
    ),
    row("mkfs", "mkfs mkfs.* mke2fs mkswap newfs", "").unless("-n -V").is(
        "creates a file system over what is there",
        &["mkfs.ext4 /dev/sdb1", "sudo mkfs -t xfs /dev/vdb", "mkswap /dev/sdc"],
        &["man mkfs"],
    ),
    row("wipefs", "wipefs", "").any("-a --all -o --offset").unless("-n --no-act").is(
        "erases the signatures of a disk",
        &["wipefs -a /dev/sdb"],
        &["wipefs /dev/sdb", "wipefs -an /dev/sdb"],
    ),
    row("blkdiscard", "blkdiscard", "").is(
        "discards a device's blocks",
        &["blkdiscard /dev/sdb"],
        &["blkdiscard --help"],
    ),
    row("fdisk", "fdisk gdisk cfdisk sfdisk", "").unless("-l --list -s -d --dump -x").arg("*").is(
        "edits a partition table",
        &["fdisk /dev/sdb"],
        &["fdisk -l", "fdisk -l /dev/sda", "sfdisk -d /dev/sda"],
    ),
    row("sgdisk", "sgdisk", "")
        .any("-Z -z -o -d -n --zap-all --zap --clear --delete --new --load-backup")
        .is(
            "edits a partition table",
            &["sgdisk --zap-all /dev/sdb", "sgdisk -Z /dev/sdb", "sgdisk -d 1 /dev/sdb"],
            &["sgdisk -p /dev/sdb"],
        ),
    row("parted", "parted", "**  rm|mklabel|mktable|mkpart|resizepart|rescue").is(
        "edits a partition table",
        &["parted -s /dev/sdb mklabel gpt", "parted /dev/sdb rm 1"],
        &["parted -l", "parted /dev/sdb print"],
    ),
    row("hdparm-erase", "hdparm", "")
        .any("--security-erase --security-erase-enhanced --trim-sector-ranges")
        .is(
            "erases a disk",
            &["hdparm --user-master u --security-erase p /dev/sdb"],
            &["hdparm -I /dev/sdb"],
        ),
    row("nvme-format", "nvme", "format|sanitize|delete-ns|write-zeroes|reset").is(
        "erases or resets a disk",
        &["nvme format /dev/nvme0n1"],
        &["nvme list", "nvme smart-log /dev/nvme0"],
    ),
    row("lvm-remove", "lvremove vgremove pvremove lvreduce vgreduce", "").unless("-t --test").is(
        "removes or shrinks a volume",
        &["lvremove -f vg0/data", "lvreduce -L -10G vg0/data", "sudo vgreduce vg0 /dev/sdb"],
        &["lvs", "lvextend -L +10G vg0/data", "lvremove --test vg0/x"],
    ),
    row("lvm-merge", "lvconvert", "").any("--merge").is(
        "rolls a volume back to its snapshot",
        &["lvconvert --merge vg0/snap"],
        &["lvconvert --type mirror vg0/x"],
    ),
    row("zfs", "zfs", "destroy|rollback").unless("-n").is(
        "destroys or rolls back a dataset",
        &["zfs destroy -r tank/db@old", "zfs rollback tank/db@a"],
        &["zfs list", "zfs destroy -nv tank/db@old", "zfs get destroy"],
    ),
    row("zpool-create", "zpool", "create").unless("-n").trigger("zpool").is(
        "overwrites the disks of a new pool",
        &["zpool create tank /dev/sdb", "sudo zpool create -f tank mirror sdb sdc"],
        &["zpool create -n tank sdb", "zpool get all create"],
    ),
    row("zpool-rewind", "zpool", "import|clear").any("-F -X").unless("-n").trigger("zpool").is(
        "throws away what was written last",
        &["zpool import -F tank", "zpool clear -F tank"],
        &["zpool import tank", "zpool import -Fn tank", "zpool clear tank"],
    ),
    row("lvm-create", "pvcreate vgcfgrestore", "").unless("-t --test -l --list").is(
        "overwrites what a disk says of itself",
        &["pvcreate /dev/sdb", "vgcfgrestore vg0"],
        &["pvs", "vgcfgrestore --list vg0", "vgcfgbackup vg0"],
    ),
    row("zpool-replace", "zpool", "replace").trigger("zpool").is(
        "overwrites the disk that is put in",
        &["zpool replace tank sda sdb", "sudo zpool replace -f tank 1234 /dev/disk/by-id/x"],
        &["zpool status", "zpool online tank sdb"],
    ),
    row("proxmox-boot-tool", "proxmox-boot-tool", "format").trigger("proxmox-boot-tool").is(
        "makes a new file system",
        &["proxmox-boot-tool format /dev/sdb2", "proxmox-boot-tool format /dev/sdb2 --force"],
        &["proxmox-boot-tool status", "proxmox-boot-tool init /dev/sdb2"],
    ),
    row("zpool", "zpool", "destroy|labelclear|offline|detach|remove").is(
        "takes a storage pool or its disk away",
        &["zpool destroy tank", "zpool offline tank sdb"],
        &["zpool status", "zpool scrub tank"],
    ),
    row("btrfs-replace", "btrfs", "replace start; rescue zero-log|chunk-recover|super-recover").trigger("btrfs").is(
        "overwrites a device",
        &["btrfs replace start /dev/sdb /dev/sdc /x", "btrfs rescue zero-log /dev/sdb"],
        &["btrfs replace status /x", "btrfs device stats /x"],
    ),
    row("btrfs-repair", "btrfs", "check").any("--repair --init-csum-tree --init-extent-tree").trigger("btrfs").is(
        "changes a file system that may be broken",
        &["btrfs check --repair /dev/sdb"],
        &["btrfs check --readonly /dev/sdb"],
    ),
    row("btrfs-delete", "btrfs", "subvolume|subvol|device|qgroup delete|del|remove|destroy").is(
        "deletes a subvolume or device",
        &["btrfs subvolume delete /x", "btrfs device remove /dev/sdb /"],
        &["btrfs subvolume list /"],
    ),
    row("mdadm-create", "mdadm", "").any("--create -C").trigger("mdadm").is(
        "overwrites the disks of a new array",
        &["mdadm --create /dev/md0 --level=1 --raid-devices=2 /dev/sdb1 /dev/sdc1"],
        &["mdadm --assemble --scan", "mdadm --detail --scan"],
    ),
    row("mdadm", "mdadm", "").any("--stop -S --zero-superblock --fail --remove --set-faulty").is(
        "takes an array or its disk away",
        &["mdadm --stop /dev/md0", "mdadm /dev/md0 --fail /dev/sdb1", "mdadm --zero-superblock /dev/sdb1"],
        &["mdadm --detail /dev/md0", "mdadm --add /dev/md0 /dev/sdb1"],
    ),
    row(
        "cryptsetup",
        "cryptsetup",
        "luksFormat|luksErase|erase|luksKillSlot|luksRemoveKey|reencrypt|close|luksClose|remove",
    )
    .is(
        "erases or closes an encrypted volume",
        &["cryptsetup luksFormat /dev/sdb"],
        &["cryptsetup status x"],
    ),
    row("drbd", "drbdadm drbdsetup", "invalidate|wipe-md|create-md|down|secondary|disconnect|detach|outdate")
        .is(
            "takes a replicated device away or discards its data",
            &["drbdadm invalidate r0", "drbdadm secondary r0"],
            &["drbdadm status", "drbdadm up r0"],
        ),
    row("xfs-repair-zero", "xfs_repair", "").any("-L").is(
        "discards a file system's journal",
        &["xfs_repair -L /dev/sdb1"],
        &["xfs_repair -n /dev/sdb1"],
    ),
    row("umount-force", "umount", "").any("-f -l --force --lazy").is(
        "takes a file system away from those who use it",
        &["umount -f /mnt/nfs", "umount -l /data"],
        &["umount /mnt"],
    ),
    row("fsfreeze", "fsfreeze xfs_freeze", "").any("-f --freeze").is(
        "stops all writes to a file system",
        &["fsfreeze -f /data"],
        &["fsfreeze -u /data"],
    ),
    row("permissions", "chmod chown chgrp chattr setfacl", "")
        .any("-R --recursive")
        .arg("/ /etc /etc/ /usr /usr/ /var /var/ /bin /sbin /lib /lib64 /boot /root /home /opt /srv")
        .is(
            "changes the owner or rights of a whole tree of the system",
            &["chmod -R 777 /", "chown -R app:app /var", "sudo chown -R mysql: /etc"],
            &["chmod 600 key", "chown -R mysql:mysql /var/lib/mysql", "chmod -R u+w ./build"],
        ),
    row("multipath-flush", "multipath", "").any("-F -f").is(
        "removes paths to disks",
        &["multipath -F"],
        &["multipath -ll"],
    ),
    row("snapshot-delete", "snapper", "delete|rollback|undochange").is(
        "deletes or restores a snapshot",
        &["snapper delete 3"],
        &["snapper list"],
    ),
    row("restic", "restic", "forget|prune").unless("-n").is(
        "deletes backups",
        &["restic forget --keep-last 3 --prune"],
        &["restic snapshots", "restic forget --dry-run --keep-last 3"],
    ),
    row("borg", "borg", "delete|prune").unless("-n").is(
        "deletes backups",
        &["borg delete repo::old"],
        &["borg list repo"],
    ),
];
