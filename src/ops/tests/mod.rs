//! Every verb against a store in a temporary folder and a clock moved by hand.
