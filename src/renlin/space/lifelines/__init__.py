"""Lifelines: whom the loss of a node or link of water, power, gas or signal cuts off."""
