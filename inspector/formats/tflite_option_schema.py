"""The builtin options of every operator as the schema defines them: data for tflite_options.py.

A field is NAME:KIND, with =DEFAULT where that is not 0 and @SLOT where slots before it are deprecated. KIND is a
`struct` letter, S for a string, the name of an enumeration, or any of them behind * for a vector.
"""

ENUMS: dict[str, tuple[str, str]] = {  # stored as, words in the order of their values
    "Activation": ("b", "NONE RELU RELU_N1_TO_1 RELU6 TANH SIGN_BIT"),
    "AttributesFormat": ("b", "FLEXBUFFERS"),
    "Combiner": ("b", "SUM MEAN SQRTN"),
    "Comparison": ("I", "EQ NE GE GT LE LT"),
    "ComparisonType": ("I", "NOTYPE FLOAT FLOAT_TOTAL_ORDER SIGNED UNSIGNED"),
    "LSHProjectionType": ("b", "UNKNOWN SPARSE DENSE"),
    "LSTMKernel": ("b", "FULL BASIC"),
    "MirrorPadMode": ("b", "REFLECT SYMMETRIC"),
    "Padding": ("b", "SAME VALID"),
    "Precision": ("I", "DEFAULT HIGH HIGHEST"),
    "ReduceFunction": ("i", "UNSUPPORTED ADD MUL MINIMUM MAXIMUM ALL ANY"),
    "RngAlgorithm": ("b", "DEFAULT PHILOX THREEFRY"),
    "WeightsFormat": ("b", "DEFAULT SHUFFLED4x16INT8"),
}

OPTIONS: tuple[tuple[str, str], ...] = (  # in the order of the union BuiltinOptions, from 1
    ("Conv2DOptions",
     "padding:Padding stride_w:i stride_h:i fused_activation_function:Activation dilation_w_factor:i=1 "
     "dilation_h_factor:i=1 quantized_bias_type:TensorType"),
    ("DepthwiseConv2DOptions",
     "padding:Padding stride_w:i stride_h:i depth_multiplier:i fused_activation_function:Activation "
     "dilation_w_factor:i=1 dilation_h_factor:i=1"),
    ("ConcatEmbeddingsOptions", "num_channels:i num_columns_per_channel:*i embedding_dim_per_channel:*i"),
    ("LSHProjectionOptions", "type:LSHProjectionType"),
    ("Pool2DOptions",
     "padding:Padding stride_w:i stride_h:i filter_width:i filter_height:i "
     "fused_activation_function:Activation"),
    ("SVDFOptions", "rank:i fused_activation_function:Activation asymmetric_quantize_inputs:?"),
    ("RNNOptions", "fused_activation_function:Activation asymmetric_quantize_inputs:?"),
    ("FullyConnectedOptions",
     "fused_activation_function:Activation weights_format:WeightsFormat keep_num_dims:? "
     "asymmetric_quantize_inputs:? quantized_bias_type:TensorType quant_spec:*B"),
    ("SoftmaxOptions", "beta:f"),
    ("ConcatenationOptions", "axis:i fused_activation_function:Activation"),
    ("AddOptions", "fused_activation_function:Activation pot_scale_int16:?=1"),
    ("L2NormOptions", "fused_activation_function:Activation"),
    ("LocalResponseNormalizationOptions", "radius:i bias:f alpha:f beta:f"),
    ("LSTMOptions",
     "fused_activation_function:Activation cell_clip:f proj_clip:f kernel_type:LSTMKernel "
     "asymmetric_quantize_inputs:?"),
    ("ResizeBilinearOptions", "align_corners:?@2 half_pixel_centers:?@3"),
    ("CallOptions", "subgraph:I"),
    ("ReshapeOptions", "new_shape:*i"),
    ("SkipGramOptions", "ngram_size:i max_skip_size:i include_all_ngrams:?"),
    ("SpaceToDepthOptions", "block_size:i"),
    ("EmbeddingLookupSparseOptions", "combiner:Combiner"),
    ("MulOptions", "fused_activation_function:Activation"),
    ("PadOptions", ""),
    ("GatherOptions", "axis:i batch_dims:i"),
    ("BatchToSpaceNDOptions", ""),
    ("SpaceToBatchNDOptions", ""),
    ("TransposeOptions", ""),
    ("ReducerOptions", "keep_dims:?"),
    ("SubOptions", "fused_activation_function:Activation pot_scale_int16:?=1"),
    ("DivOptions", "fused_activation_function:Activation"),
    ("SqueezeOptions", "squeeze_dims:*i"),
    ("SequenceRNNOptions", "time_major:? fused_activation_function:Activation asymmetric_quantize_inputs:?"),
    ("StridedSliceOptions", "begin_mask:i end_mask:i ellipsis_mask:i new_axis_mask:i shrink_axis_mask:i offset:?"),
    ("ExpOptions", ""),
    ("TopKV2Options", ""),
    ("SplitOptions", "num_splits:i"),
    ("LogSoftmaxOptions", ""),
    ("CastOptions", "in_data_type:TensorType out_data_type:TensorType"),
    ("DequantizeOptions", ""),
    ("MaximumMinimumOptions", ""),
    ("ArgMaxOptions", "output_type:TensorType"),
    ("LessOptions", ""),
    ("NegOptions", ""),
    ("PadV2Options", ""),
    ("GreaterOptions", ""),
    ("GreaterEqualOptions", ""),
    ("LessEqualOptions", ""),
    ("SelectOptions", ""),
    ("SliceOptions", ""),
    ("TransposeConvOptions",
     "padding:Padding stride_w:i stride_h:i fused_activation_function:Activation "
     "quantized_bias_type:TensorType"),
    ("SparseToDenseOptions", "validate_indices:?"),
    ("TileOptions", ""),
    ("ExpandDimsOptions", ""),
    ("EqualOptions", ""),
    ("NotEqualOptions", ""),
    ("ShapeOptions", "out_type:TensorType"),
    ("PowOptions", ""),
    ("ArgMinOptions", "output_type:TensorType"),
    ("FakeQuantOptions", "min:f max:f num_bits:i narrow_range:?"),
    ("PackOptions", "values_count:i axis:i"),
    ("LogicalOrOptions", ""),
    ("OneHotOptions", "axis:i"),
    ("LogicalAndOptions", ""),
    ("LogicalNotOptions", ""),
    ("UnpackOptions", "num:i axis:i"),
    ("FloorDivOptions", ""),
    ("SquareOptions", ""),
    ("ZerosLikeOptions", ""),
    ("FillOptions", ""),
    ("BidirectionalSequenceLSTMOptions",
     "fused_activation_function:Activation cell_clip:f proj_clip:f merge_outputs:? time_major:?=1 "
     "asymmetric_quantize_inputs:?"),
    ("BidirectionalSequenceRNNOptions",
     "time_major:? fused_activation_function:Activation merge_outputs:? asymmetric_quantize_inputs:?"),
    ("UnidirectionalSequenceLSTMOptions",
     "fused_activation_function:Activation cell_clip:f proj_clip:f time_major:? asymmetric_quantize_inputs:? "
     "diagonal_recurrent_tensors:?"),
    ("FloorModOptions", ""),
    ("RangeOptions", ""),
    ("ResizeNearestNeighborOptions", "align_corners:? half_pixel_centers:?"),
    ("LeakyReluOptions", "alpha:f"),
    ("SquaredDifferenceOptions", ""),
    ("MirrorPadOptions", "mode:MirrorPadMode"),
    ("AbsOptions", ""),
    ("SplitVOptions", "num_splits:i"),
    ("UniqueOptions", "idx_out_type:TensorType=2"),
    ("ReverseV2Options", ""),
    ("AddNOptions", ""),
    ("GatherNdOptions", ""),
    ("CosOptions", ""),
    ("WhereOptions", ""),
    ("RankOptions", ""),
    ("ReverseSequenceOptions", "seq_dim:i batch_dim:i"),
    ("MatrixDiagOptions", ""),
    ("QuantizeOptions", ""),
    ("MatrixSetDiagOptions", ""),
    ("HardSwishOptions", ""),
    ("IfOptions", "then_subgraph_index:i else_subgraph_index:i"),
    ("WhileOptions", "cond_subgraph_index:i body_subgraph_index:i"),
    ("DepthToSpaceOptions", "block_size:i"),
    ("NonMaxSuppressionV4Options", ""),
    ("NonMaxSuppressionV5Options", ""),
    ("ScatterNdOptions", ""),
    ("SelectV2Options", ""),
    ("DensifyOptions", ""),
    ("SegmentSumOptions", ""),
    ("BatchMatMulOptions", "adj_x:? adj_y:? asymmetric_quantize_inputs:?"),
    ("CumsumOptions", "exclusive:? reverse:?"),
    ("CallOnceOptions", "init_subgraph_index:i"),
    ("BroadcastToOptions", ""),
    ("Rfft2dOptions", ""),
    ("Conv3DOptions",
     "padding:Padding stride_d:i stride_w:i stride_h:i fused_activation_function:Activation "
     "dilation_d_factor:i=1 dilation_w_factor:i=1 dilation_h_factor:i=1"),
    ("HashtableOptions", "table_id:i key_dtype:TensorType value_dtype:TensorType"),
    ("HashtableFindOptions", ""),
    ("HashtableImportOptions", ""),
    ("HashtableSizeOptions", ""),
    ("VarHandleOptions", "container:S shared_name:S"),
    ("ReadVariableOptions", ""),
    ("AssignVariableOptions", ""),
    ("RandomOptions", "seed:q seed2:q"),
    ("BucketizeOptions", "boundaries:*f"),
    ("GeluOptions", "approximate:?"),
    ("DynamicUpdateSliceOptions", ""),
    ("UnsortedSegmentProdOptions", ""),
    ("UnsortedSegmentMaxOptions", ""),
    ("UnsortedSegmentMinOptions", ""),
    ("UnsortedSegmentSumOptions", ""),
    ("ATan2Options", ""),
    ("SignOptions", ""),
    ("BitcastOptions", ""),
    ("BitwiseXorOptions", ""),
    ("RightShiftOptions", ""),
)  # fmt: skip

OPTIONS_2: tuple[tuple[str, str], ...] = (  # in the order of the union BuiltinOptions2, from 1
    ("StablehloConcatenateOptions", "dimension:q"),
    ("StablehloBroadcastInDimOptions", "broadcast_dimensions:*q"),
    ("StablehloSliceOptions", "start_indices:*q limit_indices:*q strides:*q"),
    ("StablehloConvolutionOptions",
     "window_strides:*q padding:*q lhs_dilation:*q rhs_dilation:*q window_reversal:*? input_batch_dimension:q "
     "input_feature_dimension:q input_spatial_dimensions:*q kernel_input_feature_dimension:q "
     "kernel_output_feature_dimension:q kernel_spatial_dimensions:*q output_batch_dimension:q "
     "output_feature_dimension:q output_spatial_dimensions:*q feature_group_count:q batch_group_count:q "
     "precision_config:*Precision"),
    ("StablehloCustomCallOptions",
     "call_target_name:S has_side_effect:? backend_config:S api_version:i called_computations:*i "
     "custom_attributes:*B"),
    ("StablehloReduceOptions", "dimensions:*q body_subgraph_index:i"),
    ("StablehloScatterOptions",
     "indices_are_sorted:? update_window_dims:*q inserted_window_dims:*q scatter_dims_to_operand_dims:*q "
     "index_vector_dim:q unique_indices:? update_computation_subgraph_index:i"),
    ("StablehloCompareOptions", "comparison_direction:Comparison compare_type:ComparisonType"),
    ("StablehloDynamicSliceOptions", "slice_sizes:*q"),
    ("StablehloPadOptions", "edge_padding_low:*q edge_padding_high:*q interior_padding:*q"),
    ("StablehloIotaOptions", "iota_dimension:q"),
    ("StablehloDotGeneralOptions",
     "lhs_batching_dimensions:*q rhs_batching_dimensions:*q lhs_contracting_dimensions:*q "
     "rhs_contracting_dimensions:*q precision_config:*Precision"),
    ("StablehloReduceWindowOptions",
     "window_dimensions:*q window_strides:*q base_dilations:*q window_dilations:*q padding:*q "
     "body_subgraph_index:i"),
    ("StablehloSortOptions", "dimension:q is_stable:? comparator_subgraph_index:i"),
    ("StablehloWhileOptions", "cond_subgraph_index:i body_subgraph_index:i"),
    ("StablehloGatherOptions",
     "offset_dims:*q collapsed_slice_dims:*q start_index_map:*q index_vector_dim:q slice_sizes:*q "
     "indices_are_sorted:?"),
    ("StablehloTransposeOptions", "permutation:*q"),
    ("DilateOptions", ""),
    ("StablehloRngBitGeneratorOptions", "algorithm:RngAlgorithm"),
    ("ReduceWindowOptions", "reduce_function:ReduceFunction"),
    ("StableHLOCompositeOptions",
     "name:S decomposition_subgraph_index:i composite_attributes:*B "
     "composite_attributes_format:AttributesFormat version:i"),
    ("StablehloShiftLeftOptions", ""),
    ("StablehloCaseOptions", "branch_subgraph_indices:*i"),
)  # fmt: skip

EXPECTED = """
Conv2DOptions: CONV_2D!
DepthwiseConv2DOptions: DEPTHWISE_CONV_2D!
Conv3DOptions: CONV_3D! CONV_3D_TRANSPOSE!
TransposeConvOptions: TRANSPOSE_CONV!
Pool2DOptions: AVERAGE_POOL_2D! MAX_POOL_2D! L2_POOL_2D!
LocalResponseNormalizationOptions: LOCAL_RESPONSE_NORMALIZATION!
SpaceToDepthOptions: SPACE_TO_DEPTH!
DepthToSpaceOptions: DEPTH_TO_SPACE!
SplitOptions: SPLIT!
SplitVOptions: SPLIT_V!
PackOptions: PACK!
UnpackOptions: UNPACK!
IfOptions: IF!
WhileOptions: WHILE!
CallOnceOptions: CALL_ONCE!
SVDFOptions: SVDF
RNNOptions: RNN
LSTMOptions: LSTM
FullyConnectedOptions: FULLY_CONNECTED
SoftmaxOptions: SOFTMAX
ConcatenationOptions: CONCATENATION
AddOptions: ADD
SubOptions: SUB
MulOptions: MUL
DivOptions: DIV
GatherOptions: GATHER
ReducerOptions: MEAN SUM REDUCE_PROD REDUCE_MAX REDUCE_MIN REDUCE_ANY REDUCE_ALL
SqueezeOptions: SQUEEZE
StridedSliceOptions: STRIDED_SLICE
BatchMatMulOptions: BATCH_MATMUL
MirrorPadOptions: MIRROR_PAD
OneHotOptions: ONE_HOT
LeakyReluOptions: LEAKY_RELU
VarHandleOptions: VAR_HANDLE
""".strip()
"""The options that operators have whose options mean something; an operator with ! can't run without them."""

POSITIVE = {
    "Conv2DOptions": "stride_w stride_h dilation_w_factor dilation_h_factor",
    "DepthwiseConv2DOptions": "stride_w stride_h dilation_w_factor dilation_h_factor",
    "Conv3DOptions": "stride_d stride_w stride_h dilation_d_factor dilation_w_factor dilation_h_factor",
    "TransposeConvOptions": "stride_w stride_h",
    "Pool2DOptions": "stride_w stride_h filter_width filter_height",
    "SpaceToDepthOptions": "block_size",
    "DepthToSpaceOptions": "block_size",
    "SplitOptions": "num_splits",
    "SplitVOptions": "num_splits",
    "PackOptions": "values_count",
}
"""Fields that must be 1 or more."""

SUBGRAPH_FIELDS = {
    "CallOptions": "subgraph",
    "IfOptions": "then_subgraph_index else_subgraph_index",
    "WhileOptions": "cond_subgraph_index body_subgraph_index",
    "CallOnceOptions": "init_subgraph_index",
}
"""Fields that name a subgraph."""
