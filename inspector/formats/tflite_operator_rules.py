"""What options an operator needs and what they may not say: data for tflite_operator_checks.py."""

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
