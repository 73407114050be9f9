//! Where people are told to go, and where they are told to stay.

use super::*;

#[test]
fn prose_that_is_wrapped_names_its_place_all_the_same() {
    for text in [
        "Log into the toolbox\npod and run:",
        "Log into the database\nserver and run:",
        "First, access the cache\n  pod terminal, and run:",
        "Open a shell in the\nnew toolbox\npod.",
        "Look at it, and then\nssh to the database host",
    ] {
        assert!(matches!(after(text, false), Whereabouts::There(_)), "{text}: {:?}", after(text, false));
    }
    // A condition holds for all of its sentence; an item ends with its line, a paragraph with an empty one.
    for text in [
        "If it is slow,\nssh to the database host",
        "- Access the cache\n- pod terminals are slow",
        "Log into the\n\ndatabase host of the shop",
        "If it is slow:\n\n  - a\n  - access the cache\n\n  pod terminal",
    ] {
        assert_eq!(after(text, false), Whereabouts::Unsaid, "{text}");
    }
}

#[test]
fn lists_are_sorted_for_the_search() {
    for list in [PLACES, NO_PLACES, ENDS] {
        assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
    }
}

#[test]
fn a_machine_to_go_to_is_told_from_other_places() {
    for yes in [
        "ssh to the delayed replica",
        "SSH into db1",
        "First, ssh to it.",
        "Attach to the container",
        "Hop onto the bastion host",
        "To look, we need to rsh into the tools container of any pod",
        "**Jump** to the primary",
        "Become the postgres user on db1",
        "Ssh to root@db1 and look",
        "Log in to the gitlab-psql user on the primary",
        "log into the database host",
        "Login to the bastion",
        "Log in as root on the standby",
        "Open a shell on the bastion",
        "Start a root shell in the toolbox pod",
        "Become root on the primary",
        "Switch to the postgres user on the leader",
        "Connect to the console node",
        "Connect to any of the replicas",
        "You need to log in to the jump-host.",
        "Exec into the redis container",
        "Pick one, then log in to the VM",
        "Tell them. After that, ssh to the box",
        "Look at it:\n- ssh to the box",
        "Log in to the postgres user (`su - postgres`)",
        "Log on to any surviving member of the ring",
        "Log on to each cluster member",
        "Check its state by SSHing into a db machine and running",
        "Look at it by SSH'ing to db1:",
        "After logging in to the database host, run:",
        "Once you have logged in to the primary, run",
    ] {
        assert!(goes(yes).is_some(), "{yes}");
    }
    for no in [
        "Log in to the AWS console",
        "It is caused by logging in to the host too often",
        "After logging in to Grafana, look",
        "The member logged it on the host",
        "Log in to Grafana",
        "Log in to the Grafana instance",
        "Log in to the instance dashboard",
        "connect to the VPN",
        "Connect to the VPN server",
        "log in to the registry",
        "connect to the cluster",
        "Log in to the cluster and pick a node",
        "Log in with the credentials of the server",
        "Log the state of the server",
        "Log on the server shows it",
        "SSH access to the host is needed",
        "SSH: the host",
        "ssh to your own machine",
        "If it is slow, ssh to the host",
        "Do not ssh to the host",
        "Never log in to the primary",
        "Open a terminal on your machine",
        "Open a ticket on the server",
        "Open a session with the team on the host",
        "Restart the server",
        "Check that you can ssh to the host",
        "Connect the disk to the server",
        "Start the server",
        "Log in as a user of the team",
        "Log in to the user interface",
        "Log in as the admin user",
        "",
    ] {
        assert_eq!(goes(no), None, "{no}");
    }
    assert_eq!(goes("Tell them. Then ssh to the box, as root."), Some("ssh to the box"));
}

#[test]
fn coming_back_is_told_from_staying() {
    for yes in [
        "Log out",
        "Exit the session",
        "exit",
        "Back on your machine, look:",
        "From your local machine:",
        "Type `exit` to leave",
        "Close the ssh connection",
        "Run it locally",
        "Restart it and log out of the host",
        "Pick the newest file, and in a second terminal:",
        "From another terminal, run:",
    ] {
        assert!(comes_back(yes), "{yes}");
    }
    for no in [
        "Look at the exit code",
        "Log it out of band",
        "On the machine, run:",
        "In the terminal of the new pod",
        "Close the ticket",
        "Leave it",
        "Enter the name",
        "",
    ] {
        assert!(!comes_back(no), "{no}");
    }
}

#[test]
fn who_goes_and_comes_back_is_here() {
    assert_eq!(after("ssh to the box, look at it and log out", false), Whereabouts::Here);
    assert_eq!(after("Log out of it. ssh to the box", true), Whereabouts::There("ssh to the box"));
    assert_eq!(after("Look at it", true), Whereabouts::Unsaid);
}
