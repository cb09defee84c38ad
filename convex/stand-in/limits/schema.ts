export { default } from "../zaileys/schema";
