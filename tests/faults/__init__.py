"""What goes wrong around the program: disks, files, workers, packages, settings. A sentence each, and nothing is lost."""
