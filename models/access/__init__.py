from . import admission, credential, endpoint, rotation, settings, signature, call_rate
