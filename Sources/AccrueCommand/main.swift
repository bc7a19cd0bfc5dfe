print("accrue")
