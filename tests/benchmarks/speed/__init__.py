"""How fast Thaw is: the same work by Thaw and by what people would use otherwise, in turns on one machine.

    python3 packaging/bootstrap.py bench [--json FILE] [--markdown FILE] [--device ID] [ROW …]

Read :mod:`tests.benchmarks.speed.plan` first: it says what is compared with what.
"""
