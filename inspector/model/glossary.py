"""The field's words as this program uses them: one table for the window's glossary and for README."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """`meaning` is a sentence; `formula` stands where there is one."""

    word: str
    meaning: str
    formula: str = ""


GLOSSARY: tuple[Term, ...] = (
    Term("model, subgraph, operator, tensor, buffer, signature",
         "as in the TFLite schema; a Keras layer keeps that word and owns weights"),
    Term("constant / activation tensor", 'has a buffer with data ("RO" in TensorFlow\'s Analyzer) / is computed'),
    Term("scale, zero_point, quantized_dimension", "how an integer stands for a real value",
         "real = scale x (q - zero_point)"),
    Term("per-tensor, per-channel", "one scale / one per index of quantized_dimension"),
    Term("recipe", "a kind of quantization: what becomes which type"),
    Term("dynamic range (DRQ)", "integer weights, float activations"),
    Term("full integer (FIQ)", "integer weights and activations, with float, int8 or uint8 inputs and outputs"),
    Term("calibration data", "samples by which the ranges of activations are measured",
         "scale = (max - min) / 255 for INT8"),
    Term("range", "from the lowest to the highest value a tensor can hold",
         "255 x scale for INT8, 65,535 x scale for INT16"),
    Term("RMSE", "error of reference minus variant, in real units", "sqrt(mean((reference - variant)²))"),
    Term("max abs error", "the largest error, in real units", "max(|reference - variant|)"),
    Term("SQNR", "signal over error, in dB; 20 dB is an error of a tenth",
         "10 log10(sum of reference² / sum of error²)"),
    Term("rmse/scale", "error in steps of the output; rounding alone gives 0.2887, above 0.7 is worth a look",
         "sqrt(mean_squared_error) / scale; ideal 1 / sqrt(12)"),
    Term("local, cumulative error", "a layer fed with the quantized outputs before it / a float run beside the "
         "quantized run"),
    Term("sigma bands", "shares of values near the mean; normal: 68.3 %, 95.4 %, 99.7 %",
         "|value - mean| <= 1, 2, 3 x standard deviation"),
    Term("zero fraction", "share of elements whose real value is 0, per channel", "count(q == zero_point) / count"),
    Term("stored sparsity", "for tensors the file stores sparsely", "1 - stored / dense elements"),
    Term("block sparsity, 2:4, dead channels", "share of all-zero blocks; share of groups of 4 with at least 2 zeros; "
         "output channels that are all zero"),
    Term("MAC", "multiply-accumulate: what an inference costs", "output elements x inputs of each, for CONV_2D: "
         "output height x width x channels x kernel height x width x input channels"),
    Term("accuracy, precision, recall, F1", "shares of right decisions; precision and recall are averaged over classes",
         "F1 = 2 x precision x recall / (precision + recall)"),
    Term("Cohen's kappa", "agreement beyond chance, 1 at most", "(observed - expected) / (1 - expected)"),
    Term("Hamming loss, Jaccard", "of several labels a sample: share of wrong labels; labels in common",
         "Jaccard = |A and B| / |A or B|"),
    Term("agreement", "share of the reference's decisions that are the same; needs no labels"),
    Term("95 % interval", "where a score lies in 95 % of the bootstrap's draws of the samples"),
    Term("Pareto front", "models that no other is both smaller and better than"),
)  # fmt: skip
