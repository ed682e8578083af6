"""The `workflow` kind: inputs, steps, rules. `load` checks a spec, `compile` makes the artifact."""
