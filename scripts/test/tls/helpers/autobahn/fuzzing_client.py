"""Runs Autobahn|Testsuite's fuzzing client (Python 2.7): fuzzing_client.py PACKAGES SPEC

The suite's own command is not used, because that imports much more than the fuzzing client.
"""

import json
import site
import sys
import warnings

# Of cryptography, that Python 2 is old.
warnings.simplefilter("ignore")
site.addsitedir(sys.argv[1])

from twisted.internet import reactor  # noqa: E402
from autobahntestsuite import fuzzing  # noqa: E402

# The suite waits a second for most answers, which a busy machine may take. No case that passes waits for this to end.
PATIENCE = 30

for wait in ("killAfter", "closeAfter"):
    original = getattr(fuzzing.FuzzingProtocol, wait)

    def patient(self, seconds, original=original.__func__):
        original(self, PATIENCE * seconds)

    setattr(fuzzing.FuzzingProtocol, wait, patient)

with open(sys.argv[2]) as spec:
    fuzzing.startClient(json.load(spec))
reactor.run()
