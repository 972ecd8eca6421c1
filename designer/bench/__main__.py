"""`python -m designer.bench`, as which the bench starts itself in processes of their own."""

import sys

from designer.bench import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
