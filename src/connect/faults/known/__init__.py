"""All faults: each is one that a chat page had or could have."""

from connect.faults.known import keeping, live, loading, ordering, sending

FAULTS = (*loading.FAULTS, *sending.FAULTS, *ordering.FAULTS, *live.FAULTS, *keeping.FAULTS)
