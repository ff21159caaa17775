"""A person's file: read as text, looked over, matched with a task, divided into three parts."""
