from django.apps import apps

from hansa.kernel.lifecycle import Lifecycle


def test_a_refused_move_is_said_in_english() -> None:
    for model in apps.get_models():
        for lifecycle in filter(lambda one: isinstance(one, Lifecycle), vars(model).values()):
            for name, move in lifecycle.moves.items():
                assert "_" not in name or move.phrase, f"{model.__name__}: you cannot {name} it"
