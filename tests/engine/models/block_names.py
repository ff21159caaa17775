"""What each family calls the matrices and norms of its blocks, by what they do."""

from __future__ import annotations

BERT = {
    "attention": "query=attention.self.query key=attention.self.key value=attention.self.value "
    "output=attention.output.dense norm=attention.output.LayerNorm",
    "feed_forward": "up=intermediate.dense down=output.dense norm=output.LayerNorm",
}
LLAMA = {
    "attention": "query=self_attn.q_proj key=self_attn.k_proj value=self_attn.v_proj output=self_attn.o_proj "
    "norm=input_layernorm",
    "feed_forward": "gate=mlp.gate_proj up=mlp.up_proj down=mlp.down_proj norm=post_attention_layernorm",
}
BART = {
    "attention": "key=self_attn.k_proj value=self_attn.v_proj query=self_attn.q_proj "
    "output=self_attn.out_proj norm=self_attn_layer_norm",
    "cross_attention": "key=encoder_attn.k_proj value=encoder_attn.v_proj query=encoder_attn.q_proj "
    "output=encoder_attn.out_proj norm=encoder_attn_layer_norm",
    "feed_forward": "up=fc1 down=fc2 norm=final_layer_norm",
}
T5 = {
    "attention": "query=layer.0.SelfAttention.q key=layer.0.SelfAttention.k value=layer.0.SelfAttention.v "
    "output=layer.0.SelfAttention.o norm=layer.0.layer_norm",
    "cross_attention": "query=layer.1.EncDecAttention.q key=layer.1.EncDecAttention.k "
    "value=layer.1.EncDecAttention.v output=layer.1.EncDecAttention.o norm=layer.1.layer_norm",
    "feed_forward": "up=layer.2.DenseReluDense.wi down=layer.2.DenseReluDense.wo norm=layer.2.layer_norm",
}

UPPERMOST: dict[str, dict[str, str]] = {
    "bert": BERT,
    "roberta": BERT,
    "xlm-roberta": BERT,
    "electra": BERT,
    "distilbert": {
        "attention": "query=attention.q_lin key=attention.k_lin value=attention.v_lin "
        "output=attention.out_lin norm=sa_layer_norm",
        "feed_forward": "up=ffn.lin1 down=ffn.lin2 norm=output_layer_norm",
    },
    "deberta-v2": {
        "attention": "query=attention.self.query_proj key=attention.self.key_proj "
        "value=attention.self.value_proj other=attention.self.pos_key_proj "
        "other=attention.self.pos_query_proj output=attention.output.dense norm=attention.output.LayerNorm",
        "feed_forward": BERT["feed_forward"],
    },
    "modernbert": {
        "attention": "norm=attn_norm query_key_value=attn.Wqkv output=attn.Wo",
        "feed_forward": "norm=mlp_norm up=mlp.Wi down=mlp.Wo",
    },
    "albert": {
        "attention": "query=albert_layers.0.attention.query key=albert_layers.0.attention.key "
        "value=albert_layers.0.attention.value output=albert_layers.0.attention.dense "
        "norm=albert_layers.0.attention.LayerNorm",
        "feed_forward": "norm=albert_layers.0.full_layer_layer_norm up=albert_layers.0.ffn "
        "down=albert_layers.0.ffn_output",
    },
    "gpt2": {
        "attention": "norm=ln_1 query_key_value=attn.c_attn output=attn.c_proj",
        "feed_forward": "norm=ln_2 up=mlp.c_fc down=mlp.c_proj",
    },
    "llama": LLAMA,
    "qwen2": LLAMA,
    "qwen3": {
        "attention": "query=self_attn.q_proj key=self_attn.k_proj value=self_attn.v_proj "
        "output=self_attn.o_proj norm=self_attn.q_norm norm=self_attn.k_norm norm=input_layernorm",
        "feed_forward": LLAMA["feed_forward"],
    },
    "opt": {
        "attention": BART["attention"],
        "feed_forward": BART["feed_forward"],
    },
    "t5": T5,
    "mt5": {
        **T5,
        "feed_forward": "gate=layer.2.DenseReluDense.wi_0 up=layer.2.DenseReluDense.wi_1 "
        "down=layer.2.DenseReluDense.wo norm=layer.2.layer_norm",
    },
    "bart": BART,
    "marian": BART,
}
"""Family → part → role and name of each matrix and norm in its uppermost block."""
