"""What is measured: programs that fill an installation, each run by itself with the installation's environment."""

import django

django.setup()
