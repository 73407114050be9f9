complete --keep-order --exclusive --command midwatch --arguments "(COMPLETE=fish midwatch -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
