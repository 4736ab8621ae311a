"""How many designs each further choice would leave: counted in memory, exact, the same on both databases."""
