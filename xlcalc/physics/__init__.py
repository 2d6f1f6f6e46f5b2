"""What a stack is and what it gives: quantities, equations, materials, designs, their results.

Quantities have their unit, bounds and help here, equations their source, and everything takes one
design or ten million. NumPy is all it needs: no file, no sheet and no cell is known here.
"""
