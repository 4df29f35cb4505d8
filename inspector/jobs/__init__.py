"""Long work, done in a process of its own: TensorFlow, Keras and interpreters are slow to import and can crash.

`options` says what to do, `client` starts a worker for it, `worker` reads one job a line and writes events, `runner`
picks the task; `sweep` gives many jobs to workers of its own. Nothing at module level here imports TensorFlow: it is
imported in the functions that need it.
"""
