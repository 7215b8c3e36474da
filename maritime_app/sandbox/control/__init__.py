"""What goes wrong in the outside world, and when.

scenarios    bad days as one button each
switch_help  what each switch does
timeline     what was asked of the sandbox lately
routes       the page, and the same for scripts
"""
