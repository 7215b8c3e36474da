"""What a process is told: settings.toml and the environment, read once into one frozen value.

file       reads both, and says with file and line what is wrong; nobody else reads the environment
model      every setting by name and type
outside    the sections of ships, weather and official statistics
boarding   those of tickets and of the quay where they are shown
contacts   those of travellers' help, what is kept of people, who is told, and mails
section    what every section is
"""
