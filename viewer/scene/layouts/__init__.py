"""Where the nodes of a graph stand: one module for each way, and the engine that runs them."""
