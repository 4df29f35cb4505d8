"""Files become calibration and evaluation samples: .npz, .npy, .csv, a folder of images, a Python file, or random."""
