"""IntakeWorkflow: what a schedule starts. Lists an inbox and runs a batch over what it finds."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from runtime.durable import shells
    from runtime.durable.batch import BatchWorkflow
    from runtime.durable.messages import BatchInput, BatchProgress, IntakeInput, Timing

LISTING = Timing(start_to_close=4 * 3600.0, attempts=0)
"""An inbox may hold millions of documents."""


@workflow.defn
class IntakeWorkflow:
    """One intake. A document that is recorded already is known, and not recorded again."""

    @workflow.run
    async def run(self, intake: IntakeInput) -> BatchProgress:
        """Ends with its batch."""
        batch = workflow.uuid4().hex
        try:
            found = await shells.call("read", "list_inbox", intake, BatchInput, LISTING)
        except ActivityError as error:
            raise ApplicationError(shells.cause_of(error)[1], type="refused", non_retryable=True) from None
        return await workflow.execute_child_workflow(
            BatchWorkflow.run, replace(found, batch=batch), id=f"batch-{batch}", task_timeout=timedelta(seconds=10)
        )
