"""The stock pass shares the model's weights and leaves nothing behind."""

from distilbert_viz.tracing import encode, stock_pass
from distilbert_viz.tracing.stock import stock_model
from tests.support.traced import TEXT


def test_the_stock_model_shares_every_weight_and_uses_the_eager_attention(model):
    stock = stock_model(model)
    mine, theirs = dict(model.network.named_parameters()), dict(stock.network.named_parameters())
    assert mine.keys() == theirs.keys()
    assert all(mine[name].data_ptr() == theirs[name].data_ptr() for name in mine)
    assert stock.network.config._attn_implementation == "eager"
    assert model.network.config._attn_implementation != "eager"
    assert not stock.network.training


def test_the_stock_pass_leaves_no_hook_behind(model):
    stock, encoding = stock_model(model), encode(model.tokenizer, TEXT)
    stock_pass(stock, encoding)  # transformers' own hooks come with the first pass
    before = [len(module._forward_hooks) for module in stock.network.modules()]
    stock_pass(stock, encoding)
    assert [len(module._forward_hooks) for module in stock.network.modules()] == before
