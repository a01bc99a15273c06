"""The sub-commands of `python -m harness`: each a module with add_arguments(parser) and run(arguments)."""
