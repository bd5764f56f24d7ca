"""What halves of records became, as a part of its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from stillwatch.logs.make_part import rejects_to_plain
from stillwatch.logs.sketching import sketch_batch
from stillwatch.logs.store import Part, StoredInput, first_exchange_no, part_name, write_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.joiner import Joiner
    from stillwatch.logs.store import Store


def write_joined(store: Store, joiner: Joiner, pending: Sequence[Part], last: StoredInput, number: int) -> StoredInput:
    """Store what the halves became, then close the parts that they came from: killed before, all of it is done
    again.
    """
    name = part_name("joined", *(part.name for part in pending))
    settings, first_no = store.settings, first_exchange_no(number)
    tables, spans, sources = [], [], Counter[str]()
    for batch in joiner.batches():
        tables.append(
            sketch_batch(batch, salt=settings.salt, unit=settings.unit, content=settings.content, first_no=first_no)
        )
        first_no += batch.num_rows
        spans.append(pc.min_max(batch.column("started_at")).as_py())
        sources.update(batch.column("source").to_pylist())
    joined = Part(
        name=name,
        number=number,
        exchanges=sources.total(),
        first_at=min((span["min"] for span in spans), default=0),
        last_at=max((span["max"] for span in spans), default=0),
        formats=dict(sources),
        rejects=rejects_to_plain(joiner.rejects),
    )
    write_part(store.root, joined, tables)
    for part in pending:
        write_part(store.root, part, ())
    return StoredInput(**{**asdict(last), "parts": (*last.parts, name), "formats": tuple(last.formats)})
