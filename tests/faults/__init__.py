"""What goes wrong around the program: disks, files, workers, packages, settings. A sentence each, nothing is lost."""
