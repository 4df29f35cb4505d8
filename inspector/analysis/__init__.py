"""Model or arrays -> frozen results; no screen, and no file but through a model's storage or the outputs of a sweep.

`measurements` remembers what was measured of one model. `statistics` measures a tensor: `layout` says which dimension
counts channels, `blocks` cuts it, `walk` goes over the blocks, then either `levels` counts a byte's 256 levels in one
pass or `moments` and `shares` take two; `sparsity` counts zero blocks on the way, `histogram` bins exactly as numpy.
`scheme`, `health`, `sizes` and `macs` judge the whole model, mostly from its columns alone. `comparison` pairs models,
`quantization_debug` derives what the debugger's errors mean, `evaluation_scores` and `resampling` score outputs.
`pipelines` is what a sweep gave: `pipeline_comparison` holds it against a reference, `pipeline_rows` and
`pipeline_columns` make its table.
"""
