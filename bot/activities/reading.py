"""The one question: which activities are in this file? Pure."""

from bot.activities import fit, gpx, tcx
from bot.activities.activity import Activity, Unfit
from bot.activities.markup import root
from bot.activities.samples import MOST_ACTIVITIES


def read(content: bytes) -> list[Activity]:
    """The activities in a FIT, GPX or TCX file, told apart by what is in it; at least one.

    Raises:
        Unfit: "not one", "broken", "empty", "no times" or "too much".
    """
    if not content:
        raise Unfit("empty")
    if fit.is_fit(content):
        activities = fit.read(content)
    else:
        match root(content):
            case "gpx":
                activities = gpx.read(content)
            case "TrainingCenterDatabase":
                activities = tcx.read(content)
            case _:
                raise Unfit("not one")
    if len(activities) > MOST_ACTIVITIES:
        raise Unfit("too much")
    return activities
