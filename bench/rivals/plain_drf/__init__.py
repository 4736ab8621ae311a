"""What a competent team writes in a week with Django REST Framework."""
