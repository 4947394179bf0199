import { migration, noop, runCode } from "hotclub/orm";

export default migration({
  dependencies: ["shop.0001_initial"],
  operations: [
    runCode(
      async ({ models }) => {
        for (const number of [1, 2, 3]) {
          const user = await models.get("User").create({ name: `user-${number}` });
          const room = await models.get("Room").create({ slug: `room-${number}`, size: number === 2 ? null : number });
          await (room as never as { members: { add(users: object[]): Promise<void> } }).members.add([user]);
          await models.get("Message").create({ room, text: String(number), draft: "x" });
        }
      },
      { reverse: noop },
    ),
  ],
});
