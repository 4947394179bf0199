import { ImmediateTaskBackend } from "hotclub/workers";

import { describeTaskBackend } from "../contracts/task-backend.contract.js";

describeTaskBackend({
  name: "immediate, in the background",
  async open(options) {
    const backend = new ImmediateTaskBackend(options);
    return { a: backend, b: backend };
  },
});

describeTaskBackend({
  name: "immediate, inline",
  async open(options) {
    const backend = new ImmediateTaskBackend({ ...options, mode: "inline" });
    return { a: backend, b: backend };
  },
  skip: [
    {
      reason: "a task is over when enqueue resolves, so that nothing can be seen or done while it waits or runs",
      tests: [
        "before its time",
        "tells where a task is",
        "everybody who waits",
        "too little time",
        "what is changed after",
        "takes from its queues only",
        "no more tasks of a queue run at once",
        "ends what it runs",
        "goes to another worker",
        "when the backend is closed is told",
        "the schema of the worker refuses",
        "does not listen to its signal",
        "many tasks are enqueued at once",
        "of what is due",
        "had no turn in time",
        "a task stands for those",
        "until it starts",
        "no more of one key run at once",
        "waits for its limit",
        "no more start in a window",
        "a task that waits ends at once",
        "has its signal aborted, from any process",
        "comes to its end all the same",
        "gives back its unique key",
        "comes to whoever follows it",
        "is not followed any more",
        "reaches a group",
        "counts tasks by queue",
        "in the order of its turns",
        "a cancelled task can be run",
        "can be forgotten",
        "a paused queue",
        "does not matter in which order",
        "takes its key, unless another",
        "listed with the time",
      ],
    },
  ],
});
