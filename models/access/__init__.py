from . import admission, credential, endpoint, rotation, settings, signature
