"""What residents say together: measured apart from wished, weighed, shown before and after.

Each room is a pure method over tables; ``participate`` introduces them to one another.
"""
