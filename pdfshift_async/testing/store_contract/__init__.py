"""What every store does, as tests: subclass the contract in the tests of a store of your own.

::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def make_store(self, tmp_path: Path) -> MakeStore:
            numbers = itertools.count()
            return lambda: MyStore(tmp_path / f"{next(numbers)}.db")

``make_store`` gives a store that is not open, and an empty one each time. A store that outlives
its process subclasses `DurableStoreContract` and has a second fixture, ``reopen``: it gives another
store on the same data, as another process would have it.

Needs pytest, pytest-asyncio with ``asyncio_mode = "auto"``, and hypothesis. For failures with
values, put ``pytest.register_assert_rewrite("pdfshift_async.testing.store_contract")`` before the
import.
"""

from __future__ import annotations

from .batches import BatchStoreContract, SharedBatchStoreContract
from .durable import DurableStoreContract, Reopen
from .model import StoreMachine
from .rules import MakeStore, StoreContract

__all__ = [
    "BatchStoreContract",
    "DurableStoreContract",
    "MakeStore",
    "Reopen",
    "SharedBatchStoreContract",
    "StoreContract",
    "StoreMachine",
]
