"""The texts that are traced, and how near two ways to one number come."""

TEXT = "The old cat [MASK] on the warm roof, and nobody minded."
TWO = "Who wrote it? [SEP] A woman from Paris wrote it in 1901."
NEAR = {"rtol": 0, "atol": 1e-5}
