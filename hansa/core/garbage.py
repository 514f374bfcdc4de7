"""When a long-lived process looks for garbage."""

import gc


def spare_what_is_loaded() -> None:
    """Look at what is loaded by now no more, it stays for ever, and at the rest less often.

    A page or a job makes and drops some ten thousand objects, almost none of them in cycles: looking for those every
    700 takes a quarter of a page's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
