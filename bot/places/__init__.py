"""Places: what a typed name or a shared spot means. All but `names` is imported in a worker only (promise 11)."""
