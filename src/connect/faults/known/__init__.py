"""All faults: each is one that a chat page had or could have."""

from connect.faults.known import keeping, live, loading, noticing, ordering, sending, texts, writing

FAULTS = (
    *loading.FAULTS,
    *sending.FAULTS,
    *writing.FAULTS,
    *texts.FAULTS,
    *ordering.FAULTS,
    *live.FAULTS,
    *noticing.FAULTS,
    *keeping.FAULTS,
)
