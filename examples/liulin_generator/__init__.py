"""Draw the example community 柳林新村: plan, people, registers, surveys, schemes.

Everything is invented. Every draw comes from ``renlin.random_streams`` under
:data:`liulin_generator.luck.SEED`, so the same version writes the same bytes.
"""
